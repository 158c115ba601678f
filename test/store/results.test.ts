import { readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { isSameExperiment } from '../../src/core/compare.ts';
import { metricNamed } from '../../src/core/metric-table.ts';
import { readResult, saveResult } from '../../src/store/results.ts';
import { result, temporaryDir } from './fixtures.ts';

const lag = { count: 1, p50: 5, p99: 5, max: 5 };

async function fileOf(text: string): Promise<string> {
  const path = join(temporaryDir(), 'result.json');
  await writeFile(path, text);
  return path;
}

async function refusal(path: string): Promise<string> {
  const error: unknown = await readResult(path).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  const { message } = error as UsageError;
  expect(message).toContain(path);
  expect(message).not.toContain('\n');
  return message;
}

test('a result comes back as it was saved, from a folder that did not exist', async () => {
  const dir = join(temporaryDir(), 'deep', 'results');
  const path = await saveResult(dir, result);
  expect(basename(path)).toMatch(/^2026-11-23T23-05-06Z-reference-processes-[0-9a-f]{6}\.json$/);
  expect(await readResult(path)).toEqual(result);
  expect(await readdir(dir)).toEqual([basename(path)]);
});

test('a result of a probe that knew fewer things is read, and rates fall back to the window', async () => {
  const { worked_us: _, ...process } = { worked_us: 0, ...result.processes[0]! };
  const old = { ...result, processes: [process], freshness_us: { ...lag, never_seen: 0 } };
  const again = await readResult(await fileOf(JSON.stringify(old)));
  expect(again).toEqual(old);
  expect(metricNamed('writes_per_s')!.of(again)).toBe(4);
  expect(metricNamed('after_window')!.of(again)).toBeNull();
});

test('a result that is older than an option has what its absence means, and is the same experiment as a new one', async () => {
  const { read_rate: _, ...options } = { ...result.options, read_rate: 0 };
  const old = await readResult(await fileOf(JSON.stringify({ ...result, options })));
  const told = { ...result, options: { ...options, read_rate: 0 } };
  const today = await readResult(await fileOf(JSON.stringify(told)));
  expect(old.options['read_rate']).toBe(0);
  expect(isSameExperiment(old, today)).toBe(true);
  const idle = { ...today, options: { ...options, read_rate: 0.02 } };
  expect(isSameExperiment(old, idle)).toBe(false);
});

test('working times and what was seen after the window come back', async () => {
  const processes = [{ ...result.processes[0]!, worked_us: 500_000 }];
  const freshness = { ...lag, after_window: 3, never_seen: 1 };
  const told = { ...result, processes, freshness_us: freshness };
  const again = await readResult(await fileOf(JSON.stringify(told)));
  expect(again).toEqual(told);
  expect(metricNamed('writes_per_s')!.of(again)).toBe(8);
  expect(metricNamed('after_window')!.of(again)).toBe(3);
});

test('a result that cannot be saved leaves no temporary file', async () => {
  const dir = temporaryDir();
  await expect(saveResult(dir, result, 'no/such/folder')).rejects.toThrow('ENOENT');
  expect(await readdir(dir)).toEqual([]);
});

test('a missing file and a folder are refused', async () => {
  const dir = temporaryDir();
  expect(await refusal(join(dir, 'none.json'))).toMatch(/does not exist$/);
  expect(await refusal(dir)).toMatch(/is a directory, not a file$/);
});

test('a truncated result says where it ends', async () => {
  const text = JSON.stringify(result, null, 2);
  for (const length of [0, 1, 40, 700, text.length - 1]) {
    const message = await refusal(await fileOf(text.slice(0, length)));
    expect(message).toMatch(/is truncated: its JSON ends early at line \d+, column \d+$/);
  }
});

test.each([
  ['abc', '"a" at line 1, column 1'],
  ['{\n  "format": x1\n}', '"x" at line 2, column 13'],
  ['{"format": 1,\n}', '"}" at line 2, column 1'],
  ['{"format": 1} trailing', '"t" at line 1, column 15'],
])('%j is not JSON, and the place is named', async (text, place) => {
  expect(await refusal(await fileOf(text))).toContain(`is not JSON: unexpected ${place}`);
});

test('a long text that is not JSON is refused without a search for the place', async () => {
  const deep = '['.repeat(3_000_000);
  const message = await refusal(await fileOf(deep));
  expect(message).toMatch(/ is not JSON, and too long to say where it is wrong$/);
});

test.each([
  ['null', 'no "format"'],
  ['[1]', 'no "format"'],
  ['{"format":"1"}', 'no "format"'],
  [
    JSON.stringify({ ...result, counts: { ...result.counts, reads_ok: 'ten' } }),
    'counts.reads_ok:',
  ],
  [JSON.stringify({ ...result, audit: undefined }), 'no "audit"'],
  [JSON.stringify({ ...result, verdict: 'fine' }), 'verdict:'],
  [JSON.stringify({ ...result, checks: [{ ...result.checks[0], name: 'x' }] }), 'checks[0].name:'],
])('a foreign shape is refused by its first bad field: %#', async (text, field) => {
  const message = await refusal(await fileOf(text));
  expect(message).toContain(`is not a result of probe: ${field}`);
});

test('a result of a newer format is refused as such', async () => {
  const message = await refusal(await fileOf('{"format": 2}'));
  expect(message).toMatch(/was written by a newer probe: format 2, this one reads 1$/);
});
