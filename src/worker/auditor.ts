import type { Backend, Connection } from '../core/backend.ts';
import { fileIdOf } from '../core/dataset.ts';
import type { AuditEnd } from '../core/history.ts';
import { shapeOf, type RunOptions } from '../core/options.ts';
import type { Job } from '../core/protocol.ts';
import type { Channel } from './channel.ts';
import type { Clock } from './clock.ts';
import { Recorder, Returned } from './recorder.ts';

/** Reads every row of one copy in a fresh process, alone, and sends what it found as the end of the history. */
export async function audit(
  backend: Backend,
  options: RunOptions,
  { path, copy }: Job & { kind: 'audit' },
  channel: Channel,
  clock: Clock,
): Promise<void> {
  const recorder = new Recorder('audit', channel, clock, backend);
  const start = clock.nowUs();
  const found = { rows: 0, files: 0, missingFiles: [] as number[], duplicateFiles: [] as number[] };
  const end = { process: 'audit', f: 'audit', copy, start } as const;
  let opened: { openUs?: number } = {};
  const send = async (event: AuditEnd): Promise<void> => {
    recorder.add(event);
    await recorder.flush();
  };
  try {
    const { dims, engineThreads, bug } = options;
    const { default: refresh } = backend.refresh;
    const planted = bug === null ? {} : { bug };
    const database = await backend.open(path, {
      role: 'auditor',
      dims,
      refresh,
      engineThreads,
      ...planted,
    });
    const connection = await database.connect('auditor');
    opened = { openUs: clock.nowUs() - start };
    const files = new FileSet();
    const shape = shapeOf(options);
    for await (const page of connection.scanChunks()) {
      const returned = new Returned(dims, true);
      returned.add(page);
      found.rows += page.count;
      const { rows = [], torn } = returned.fields();
      recorder.add({
        type: 'ok',
        process: 'audit',
        f: 'scan',
        copy,
        rows,
        ...(torn === undefined ? {} : { torn }),
      });
      for (let i = 0; i < page.count; i++) files.name(fileIdOf(shape, page.ids[i]!));
      await recorder.flushIfDue();
    }
    await readFiles(connection, files, found);
    const counter = await connection.counter();
    // Complete, whatever its close does: that may fail, or take the process down.
    await send({ type: 'ok', ...end, ...opened, time: clock.nowUs(), ...found, counter });
    await connection.close();
    await database.close();
  } catch (thrown) {
    const error = recorder.error(thrown);
    const time = clock.nowUs();
    await send({ type: 'fail', ...end, ...opened, time, ...found, counter: null, error });
  }
  await channel.send({ type: 'audited' });
  channel.close();
}

async function readFiles(
  connection: Connection,
  files: FileSet,
  found: { files: number; missingFiles: number[]; duplicateFiles: number[] },
): Promise<void> {
  for await (const ids of connection.scanFiles()) {
    found.files += ids.length;
    for (const id of ids) if (files.find(id)) found.duplicateFiles.push(id);
  }
  found.missingFiles = files.missing();
}

const NAMED = 1;
const FOUND = 2;
const PAGE_FILES = 1 << 16;

/** File ids, two bits each: named by a chunk, found among the file rows. Pages, because writers' ranges lie far apart. */
class FileSet {
  readonly #pages = new Map<number, Uint8Array>();

  name(id: number): void {
    const { page, index } = this.#at(id);
    page[index]! |= NAMED;
  }

  /** True if it had been found before. */
  find(id: number): boolean {
    const { page, index } = this.#at(id);
    const twice = (page[index]! & FOUND) !== 0;
    page[index]! |= FOUND;
    return twice;
  }

  missing(): number[] {
    const ids: number[] = [];
    for (const [number, page] of this.#pages) {
      for (let index = 0; index < page.length; index++) {
        if (page[index] === NAMED) ids.push(number * PAGE_FILES + index);
      }
    }
    return ids;
  }

  #at(id: number): { page: Uint8Array; index: number } {
    const number = Math.floor(id / PAGE_FILES);
    let page = this.#pages.get(number);
    if (page === undefined) this.#pages.set(number, (page = new Uint8Array(PAGE_FILES)));
    return { page, index: id - number * PAGE_FILES };
  }
}
