import type { Backend, OpenOptions } from '../core/backend.ts';
import { shapeOf, type RunOptions } from '../core/options.ts';
import type { Channel } from './channel.ts';
import { monotonicUs } from '../system/clock.ts';
import { seedData } from './seed-data.ts';

const PROGRESS_EVERY_US = 250_000;

/** Seeds a fresh path, then reads it back: exactly the seed rows, all of batch 0, or it is no experiment. */
export async function seed(
  backend: Backend,
  options: RunOptions,
  path: string,
  channel: Channel,
): Promise<void> {
  const { rows, dims, engineThreads } = options;
  const began = monotonicUs();
  let done = 0;
  let reported = began;
  const tell = (): void => {
    if (monotonicUs() - reported < PROGRESS_EVERY_US) return;
    reported = monotonicUs();
    void channel.send({ type: 'progress', done, total: rows });
  };
  const dataset = seedData(shapeOf(options), (more) => {
    done += more;
    tell();
  });
  const { default: refresh } = backend.refresh;
  const open: OpenOptions = { role: 'seeder', dims, refresh, engineThreads };
  try {
    await backend.prepare(path, dataset, open);
    const tookUs = monotonicUs() - began;
    await verify(backend, path, rows, { ...open, role: 'auditor' }, tell);
    await channel.send({ type: 'seeded', tookUs });
    channel.close();
  } catch (error) {
    await channel.fail('seed', error);
  }
}

async function verify(
  backend: Backend,
  path: string,
  rows: number,
  options: OpenOptions,
  onPage: () => void,
): Promise<void> {
  const database = await backend.open(path, options);
  try {
    const connection = await database.connect('auditor');
    const seen = new Uint8Array(rows + 1);
    let count = 0;
    for await (const { count: n, ids, batches } of connection.scanKeys()) {
      for (let i = 0; i < n; i++) {
        const id = ids[i]!;
        if (!(id >= 1 && id <= rows) || batches[i] !== 0 || seen[id] === 1) {
          throw new Error(`after seeding, row ${id} of batch ${batches[i]} should not be there`);
        }
        seen[id] = 1;
        count++;
      }
      onPage();
    }
    if (count !== rows)
      throw new Error(`after seeding, ${count} rows are there instead of ${rows}`);
    await connection.close();
  } finally {
    await database.close();
  }
}
