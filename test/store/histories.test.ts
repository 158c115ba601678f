import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import type { Event } from '../../src/core/history.ts';
import { HistorySpool, openHistory, saveHistory } from '../../src/store/histories.ts';
import { collect, eventsOf, header, temporaryDir } from './fixtures.ts';

const lines = (events: readonly unknown[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');

async function fileOf(content: string | Buffer): Promise<string> {
  const path = join(temporaryDir(), 'x.history.ndjson.gz');
  await writeFile(path, content);
  return path;
}

async function refusal(path: string): Promise<string> {
  const read = async (): Promise<unknown> => collect(await openHistory(path));
  const error = await read().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  const { message } = error as UsageError;
  expect(message).toContain(path);
  expect(message).not.toContain('\n');
  return message;
}

test('a spooled history can be read, saved, opened and read twice', async () => {
  const dir = temporaryDir();
  const events = eventsOf(5000);
  const spool = new HistorySpool(join(dir, 'spool'));
  for (let i = 0; i < events.length; i += 100) {
    spool.append(events.slice(i, i + 100));
    await spool.drained();
  }
  await spool.close();
  expect(spool.error).toBeNull();
  expect(await collect(spool.history())).toEqual(events);

  const target = join(dir, 'a.history.ndjson.gz');
  await saveHistory(join(dir, 'spool'), target);
  expect((await readdir(dir)).toSorted()).toEqual(['a.history.ndjson.gz', 'spool']);
  expect(gunzipSync(await readFile(target)).toString()).toBe(lines(events));
  const history = await openHistory(target);
  expect(await collect(history)).toEqual(events);
  expect(await collect(history)).toEqual(events);
});

test('a plain history opens like a compressed one', async () => {
  const events = eventsOf(3);
  expect(await collect(await openHistory(await fileOf(lines(events))))).toEqual(events);
});

test('an event larger than a chunk, with characters cut by its border, comes back whole', async () => {
  const message = 'é😀'.repeat(100_000);
  const error = { class: 'io', message } as const;
  const event = { type: 'fail', process: 'r0', f: 'open', start: 0, time: 1, error } as const;
  const history = await openHistory(await fileOf(gzipSync(lines([header, event, event]))));
  expect(await collect(history)).toEqual([header, event, event]);
});

test('its writes are its events without reads and scans', async () => {
  const error = { class: 'io', message: 'no "f":"search" of mine' } as const;
  const read = { type: 'ok', process: 'r0', iteration: 0, start: 0, time: 1 } as const;
  const rest: Event[] = [
    { type: 'fail', process: 'w0', f: 'open', start: 0, time: 1, error },
    { type: 'ok', process: 'w0', f: 'insert', op: 0, start: 0, time: 1 },
    { type: 'process', process: 'w0', state: 'finished', time: 2 },
  ];
  const reads: Event[] = (['search', 'poll', 'drain', 'point', 'files'] as const).map((f) => ({
    ...read,
    f,
  }));
  const scan: Event = { type: 'ok', process: 'audit', f: 'scan', copy: 0, rows: [[1, 100, 0]] };
  const history = await openHistory(await fileOf(lines([header, ...reads, scan, ...rest])));
  const writes: Event[] = [];
  for await (const events of history.writes!()) writes.push(...events);
  expect(writes).toEqual([header, ...rest]);
});

test('a reader that stops early leaves no error behind', async () => {
  const history = await openHistory(await fileOf(gzipSync(lines(eventsOf(5000)))));
  for await (const events of history.events()) {
    expect(events[0]).toEqual(header);
    break;
  }
});

test('a full disk is kept as the error of the spool, and what follows is counted as dropped', async () => {
  const spool = new HistorySpool('/dev/full');
  spool.append(eventsOf(100));
  await spool.drained();
  await expect.poll(() => spool.error?.message).toContain('ENOSPC');
  spool.append(eventsOf(100));
  await spool.drained();
  await spool.close();
  expect(spool.dropped).toBe(101);
});

test('a spool in a missing folder never throws', async () => {
  const spool = new HistorySpool(join(temporaryDir(), 'none', 'spool'));
  spool.append(eventsOf(1));
  await spool.close();
  expect(spool.error?.message).toContain('ENOENT');
});

test('a history that cannot be saved leaves no temporary file', async () => {
  const dir = temporaryDir();
  await expect(saveHistory(join(dir, 'none'), join(dir, 'a.history.ndjson.gz'))).rejects.toThrow(
    'ENOENT',
  );
  expect(await readdir(dir)).toEqual([]);
});

test('a missing file and a folder are refused', async () => {
  const dir = temporaryDir();
  expect(await refusal(join(dir, 'none'))).toMatch(/does not exist$/);
  expect(await refusal(dir)).toMatch(/is a directory, not a file$/);
});

test.each([10, 60, 5000, -9, -1])('compressed and cut off at %i bytes: truncated', async (at) => {
  const noise = Array.from({ length: 2000 }, (_, op) => ({
    ...{ type: 'mark', name: 'start', time: Math.imul(op, 0x9e3779bb) >>> 0 },
  }));
  const whole = gzipSync(lines([header, ...noise]));
  const message = await refusal(await fileOf(whole.subarray(0, at)));
  expect(message).toMatch(/is truncated: its gzip data ends early$/);
});

test('a torn last line: truncated', async () => {
  const text = lines(eventsOf(3)).slice(0, -5);
  for (const content of [text, gzipSync(text)]) {
    expect(await refusal(await fileOf(content))).toMatch(
      /is truncated: its last line is not whole$/,
    );
  }
});

test('a damaged byte in the compressed data: corrupt', async () => {
  const whole = gzipSync(lines(eventsOf(2000)));
  whole[whole.length - 6]! ^= 0xff;
  expect(await refusal(await fileOf(whole))).toMatch(
    /is corrupt: its gzip data is damaged before byte \d+ \(/,
  );
});

test.each([
  ['{"type":"ok",}', 'is not JSON'],
  ['', 'is not JSON'],
  ['17', 'is not an event of a history'],
  ['{"type":"nothing","process":"w0"}', 'is not an event of a history'],
  ['{"type":"ok","process":"r0","f":"poll","rows":7}', 'is not an event of a history'],
  ['{"type":"ok","process":"r0","f":"poll","rows":[[1]]}', 'is not an event of a history'],
  ['{"type":"ok","process":"r0","f":"poll","rows":[[1,2,"x"]]}', 'is not an event of a history'],
  ['{"type":"ok","process":"r0","f":"poll","time":"x"}', 'is not an event of a history'],
  ['{"type":"invoke","process":"w0","f":"insert","ids":[1]}', 'is not an event of a history'],
  ['{"type":"ok","process":"r0","f":"point","keys":7}', 'is not an event of a history'],
  ['{"type":"ok","process":"r0","f":"point","keys":["x"]}', 'is not an event of a history'],
])('a corrupt line %j is named by its number', async (line, what) => {
  const content = `${lines(eventsOf(1))}${line}\n${lines(eventsOf(1))}`;
  expect(await refusal(await fileOf(content))).toContain(`is corrupt: line 3 ${what}`);
});

test.each([
  ['nothing', ''],
  ['text', 'hello\nworld\n'],
  ['a list', '[1,2]\n'],
  ['an event', lines(eventsOf(1).slice(1))],
  ['null', 'null\n'],
  ['binary without a newline', Buffer.alloc(300_000)],
])('%s is not a history', async (_, content) => {
  expect(await refusal(await fileOf(content))).toMatch(
    /is not a history of probe: its first line is no header$/,
  );
});

test('a header of another shape is refused by its first bad field', async () => {
  const foreign = { ...header, options: { ...header.options, dims: 'many' } };
  expect(await refusal(await fileOf(lines([foreign])))).toContain('line 1, options.dims:');
});

test('a history of a newer format is refused as such', async () => {
  const message = await refusal(await fileOf(lines([{ ...header, format: 2, options: 0 }])));
  expect(message).toMatch(/was written by a newer probe: format 2, this one reads 1$/);
});
