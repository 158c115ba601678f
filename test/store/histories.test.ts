import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { historyOf, type Event } from '../../src/core/history.ts';
import { HistorySpool, openHistory, saveEvents, saveHistory } from '../../src/store/histories.ts';
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
  for (let i = 0; i < events.length; i += 100) spool.append(events.slice(i, i + 100));
  await spool.close();
  expect(spool.error).toBeNull();
  expect(await collect(spool.history())).toEqual(events);

  const target = join(dir, 'a.history.ndjson.gz');
  expect(spool.events).toBe(5001);
  await saveHistory(join(dir, 'spool'), target, spool.events);
  expect((await readdir(dir)).toSorted()).toEqual(['a.history.ndjson.gz', 'spool']);
  const counted = [{ ...header, events: 5001 }, ...events.slice(1)];
  expect(gunzipSync(await readFile(target)).toString()).toBe(lines(counted));
  const history = await openHistory(target);
  expect(await collect(history)).toEqual(counted);
  expect(await collect(history)).toEqual(counted);
});

test('a plain history opens like a compressed one', async () => {
  const events = eventsOf(3);
  expect(await collect(await openHistory(await fileOf(lines(events))))).toEqual(events);
});

test('a history that is older than an option has what its absence means', async () => {
  const { readRate: _, ...options } = header.options;
  const [found] = await collect(await openHistory(await fileOf(lines([{ ...header, options }]))));
  expect(found).toMatchObject({ type: 'header', options: { readRate: 0 } });
  const idle = { ...header, options: { ...options, readRate: 0.02 } };
  expect(await collect(await openHistory(await fileOf(lines([idle]))))).toEqual([idle]);
});

test('an event larger than a chunk, with characters cut by its border, comes back whole', async () => {
  const message = 'é😀'.repeat(33_000);
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
  await expect.poll(() => spool.error?.message).toContain('ENOSPC');
  spool.append(eventsOf(100));
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
  const target = join(dir, 'a.history.ndjson.gz');
  await expect(saveHistory(join(dir, 'none'), target, 1)).rejects.toThrow('ENOENT');
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
    /is corrupt: its gzip data is damaged before byte [\d,]+ \(/,
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
])('%s is not a history', async (_, content) => {
  expect(await refusal(await fileOf(content))).toMatch(
    /is not a history of probe: its first line is no header$/,
  );
});

test('binary without a newline is not a history, and is not read to its end to know that', async () => {
  expect(await refusal(await fileOf(Buffer.alloc(300_000)))).toMatch(
    /is not a history of probe: its first line has 65,536 bytes or more$/,
  );
});

test('a gzip file of rubbish is damaged at its very beginning, not before byte 0', async () => {
  const path = await fileOf(Buffer.from('\u001f\u008brubbish rubbish', 'latin1'));
  expect(await refusal(path)).toMatch(/its gzip data is damaged at its very beginning \(/);
});

test('a first line that is longer than any header is refused for its length', async () => {
  const long = JSON.stringify({ ...header, note: 'x'.repeat(70_000) });
  for (const bytes of [Buffer.from(`${long}\n`), gzipSync(`${long}\n`)]) {
    expect(await refusal(await fileOf(bytes))).toMatch(/its first line has 65,536 bytes or more$/);
  }
});

test('a header of another shape is refused by its first bad field', async () => {
  const foreign = { ...header, options: { ...header.options, dims: 'many' } };
  expect(await refusal(await fileOf(lines([foreign])))).toContain('line 1, options.dims:');
});

test.each([
  ['readers', 4e8],
  ['readers', -1],
  ['rows', 0],
  ['rows', 1e10],
  ['writers', 1.5],
  ['batch', 7],
  ['batch', 1e9],
  ['dims', 0],
  ['durationS', 1e9],
  ['opTimeoutMs', -5],
  ['stalenessBoundMs', 1e12],
  ['refresh', -1],
])('a header whose %s is %d is refused: the command line takes no such thing', async (name, n) => {
  const crafted = { ...header, options: { ...header.options, [name]: n } };
  expect(await refusal(await fileOf(lines([crafted])))).toContain(`line 1, options.${name}:`);
});

test.each([
  [[['w0', 'r0', 'w1']], 'copies[0][2]: "w1" is no process of the run'],
  [[['w0'], ['w0', 'r0']], 'copies[1][0]: "w0" is no process of the run, or is named twice'],
  [[['\u001b]0;pwned\u0007']], 'copies[0][0]: "\\u001b]0;pwned\\u0007" is no process'],
  [[], 'copies:'],
])('a header with the copies %j is refused', async (copies, why) => {
  expect(await refusal(await fileOf(lines([{ ...header, copies }])))).toContain(why);
});

test('a header with more rows in all its copies than can be judged is refused', async () => {
  const options = { ...header.options, rows: 1_000_000_000, writers: 5 };
  const copies = Array.from({ length: 5 }, (_, i) => [`w${i}`]);
  const file = await fileOf(lines([{ ...header, options, copies }]));
  expect(await refusal(file)).toMatch(
    /line 1, copies: 5 copies of 1000000000 rows are more than can be judged$/,
  );
});

const invoke = {
  type: 'invoke',
  process: 'w0',
  f: 'insert',
  op: 0,
  batch: 1,
  ids: [101, 104, 1],
  time: 1,
};
const end = { type: 'ok', process: 'w0', f: 'insert', op: 0, start: 1, time: 2 };
const poll = { type: 'ok', process: 'r0', f: 'poll', iteration: 0, start: 1, time: 2 };
const scan = { type: 'ok', process: 'audit', f: 'scan', copy: 0, rows: [[1, 100, 0]] };
const found = { rows: 100, files: 13, missingFiles: [], duplicateFiles: [], counter: 0 };
const audit = { type: 'ok', process: 'audit', f: 'audit', copy: 0, start: 5, time: 6, ...found };
const error = { class: 'io', message: 'no' };

test('what they are changes of is a history', async () => {
  const failed = { ...poll, type: 'fail', error };
  const busy = { type: 'busy', process: 'r0', retries: 2, waitedUs: 100, time: 9 };
  const died = { type: 'process', process: 'owner', state: 'died', time: 9 };
  const closing = { type: 'fail', process: 'w0', f: 'close', start: 8, time: 9, error };
  const strangers = { type: 'strangers', process: 'owner', count: 12, time: 9 };
  const told = [failed, busy, closing, strangers, died];
  const whole = [header, invoke, end, poll, scan, audit, ...told];
  expect(await collect(await openHistory(await fileOf(lines(whole))))).toEqual(whole);
});

test.each<[object, object, string]>([
  [invoke, { process: 'w1' }, 'process'],
  [invoke, { process: '__proto__' }, 'process'],
  [invoke, { f: 'drop' }, 'f'],
  [invoke, { op: -1 }, 'op'],
  [invoke, { op: 0.5 }, 'op'],
  [invoke, { batch: 4e9 }, 'batch, which is not that of the operation'],
  [invoke, { op: 3e15 }, 'batch, which is not that of the operation'],
  [invoke, { ids: [101, 104, 0] }, 'ids'],
  [invoke, { ids: [104, 101, 1] }, 'ids'],
  [invoke, { ids: [101, 104, 2] }, 'ids'],
  [invoke, { ids: [101, 9e15, 1] }, 'ids'],
  [invoke, { ids: [101, 3e15 + 101, 1e15] }, 'ids, which are further apart than those of a writer'],
  [invoke, { f: 'reembed', ids: [1, 7, 2] }, 'ids, which are further apart than those of a writer'],
  [invoke, { ids: [101, 105, 1] }, 'ids'],
  [invoke, { f: 'increment' }, 'ids'],
  [invoke, { time: -1 }, 'time'],
  [invoke, { time: 9e15 }, 'time'],
  [end, { start: 3 }, 'start'],
  [end, { time: 1.5 }, 'time'],
  [end, { start: undefined }, 'start'],
  [end, { process: 'r0' }, 'process'],
  [end, { attempts: -1 }, 'attempts'],
  [end, { scheduled: 3 }, 'scheduled'],
  [end, { type: 'info', f: 'poll' }, 'f'],
  [end, { error: { class: 'evil', message: '' } }, 'error'],
  [end, { error: { class: 'io', message: 7 } }, 'error'],
  [end, { error: { class: 'io', message: 'x'.repeat(100_001) } }, 'error'],
  [poll, { f: 'vacuum' }, 'f'],
  [poll, { process: 'r7' }, 'process'],
  [poll, { iteration: -2 }, 'iteration'],
  [poll, { scheduled: 1 }, 'scheduled'],
  [poll, { f: 'search', scheduled: 3 }, 'scheduled'],
  [poll, { rows: [[1, 2, 1, 0]] }, 'rows'],
  [poll, { rows: [[1, 2, 1, -1]] }, 'rows'],
  [poll, { rows: [[1, 4, 1, 2]] }, 'rows'],
  [poll, { rows: [[2, 1, 1]] }, 'rows'],
  [poll, { rows: [[1, 1, 0.5]] }, 'rows'],
  [poll, { rows: [[1, 2 ** 53, 1]] }, 'rows'],
  [poll, { rows: [[101, 9e15, 1]] }, 'rows'],
  [poll, { rows: [[1, 2, 3, 1, 5]] }, 'rows'],
  [poll, { torn: [[1]] }, 'torn'],
  [poll, { target: [1, 2, 3] }, 'target'],
  [poll, { intervals: [[1]] }, 'intervals'],
  [poll, { intervals: [[null, 1]] }, 'intervals'],
  [poll, { intervals: [[9, 1]] }, 'intervals'],
  [poll, { ids: [1, 9e15, 1] }, 'ids'],
  [poll, { missing: ['1'] }, 'missing'],
  [poll, { asked: -1 }, 'asked'],
  [poll, { fresh: 'yes' }, 'fresh'],
  [scan, { rows: undefined }, 'rows'],
  [scan, { copy: 1 }, 'copy'],
  [scan, { copy: 0.5 }, 'copy'],
  [scan, { process: 'r0' }, 'process'],
  [audit, { copy: -1 }, 'copy'],
  [audit, { rows: -1 }, 'rows'],
  [audit, { missingFiles: [null] }, 'missingFiles'],
  [audit, { duplicateFiles: 7 }, 'duplicateFiles'],
  [audit, { counter: '7' }, 'counter'],
  [{ type: 'mark', name: 'start', time: 1 }, { name: 'constructor' }, 'name'],
  [{ type: 'process', process: 'w0', state: 'died', time: 1 }, { state: 'gone' }, 'state'],
  [{ type: 'busy', process: 'r0', retries: 1, waitedUs: 1, time: 1 }, { waitedUs: -1 }, 'waitedUs'],
  [{ type: 'fail', process: 'w0', f: 'close', start: 1, time: 1, error }, { type: 'ok' }, 'type'],
  [{ type: 'fail', process: 'w0', f: 'close', start: 1, time: 1 }, {}, 'error'],
  [{ type: 'strangers', process: 'owner', count: 1, time: 1 }, { process: 'eve' }, 'process'],
  [{ type: 'strangers', process: 'owner', count: 1, time: 1 }, { count: -1 }, 'count'],
  [{ type: 'strangers', process: 'owner', count: 1, time: 1 }, { time: 0.5 }, 'time'],
  [header, {}, 'a second header'],
])('in %j the change %j is refused', async (event, change, field) => {
  const path = await fileOf(lines([header, { ...event, ...change }]));
  expect(await refusal(path)).toBe(
    `${path} is corrupt: line 2 is not an event of a history (${field})`,
  );
});

test('an operation that is begun twice, or after a later one, is refused', async () => {
  const path = await fileOf(lines([header, { ...invoke, op: 3, batch: 4 }, invoke]));
  expect(await refusal(path)).toContain('line 3 is not an event of a history (op, which is not');
});

test('more rows than any history can have are refused, however few its lines', async () => {
  const claim = { ...poll, rows: [[1, 2 ** 31, 1]] };
  const path = await fileOf(lines([header, ...Array.from({ length: 9 }, () => claim)]));
  expect(await refusal(path)).toContain('line 10 is not an event of a history (rows)');
});

test('millions of read lines are read, and one that is gone or doubled is missed', async () => {
  const count = 300_000;
  const body = `${JSON.stringify({ ...poll, rows: [[101, 104, 1]] })}\n`;
  const counted = lines([{ ...header, events: count + 1 }]);
  let seen = 0;
  for await (const events of (
    await openHistory(await fileOf(gzipSync(counted + body.repeat(count))))
  ).events()) {
    seen += events.length;
  }
  expect(seen).toBe(count + 1);
  for (const [n, has] of [
    [count - 7, '299,994 events'],
    [count + 1, '300,002 events'],
    [0, '1 event'],
  ] as const) {
    const path = await fileOf(gzipSync(counted + body.repeat(n)));
    expect(await refusal(path)).toBe(`${path} is not whole: it has ${has} and says 300,001`);
  }
});

test('a part of a history is saved with the number of its own events', async () => {
  const target = join(temporaryDir(), 'new', 'b.history.ndjson.gz');
  await saveEvents(historyOf(eventsOf(7)), target);
  const events = await collect(await openHistory(target));
  expect(events).toEqual([{ ...header, events: 8 }, ...eventsOf(7).slice(1)]);
});

test('a line without an end is refused before it fills the memory, compressed or not', async () => {
  const long = `{"type":"mark","x":"${'x'.repeat(66 * 2 ** 20)}`;
  const message = await refusal(await fileOf(gzipSync(lines([header]) + long)));
  expect(message).toMatch(/is not a history: a line has over 67,108,864 bytes$/);
});

test('an event too long to be read again is not spooled, and nothing after it', async () => {
  const spool = new HistorySpool(join(temporaryDir(), 'spool'));
  spool.append(eventsOf(1));
  const message = 'x'.repeat(64 * 2 ** 20);
  spool.append([
    { type: 'fail', process: 'r0', f: 'open', start: 0, time: 1, error: { class: 'io', message } },
  ]);
  expect(spool.error?.message).toBe('an event has over 67,108,864 bytes');
  spool.append(eventsOf(1));
  await spool.close();
  expect([spool.events, spool.dropped]).toEqual([2, 3]);
});

test('a history of a newer format is refused as such', async () => {
  const message = await refusal(await fileOf(lines([{ ...header, format: 2, options: 0 }])));
  expect(message).toMatch(/was written by a newer probe: format 2, this one reads 1$/);
});
