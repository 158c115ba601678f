import { readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { CrashResult } from '../../src/core/crash.ts';
import { durabilityOf } from '../../src/core/durability.ts';
import { UsageError } from '../../src/core/errors.ts';
import { readCrash, saveCrash } from '../../src/store/crashes.ts';
import { readResult } from '../../src/store/results.ts';
import { temporaryDir } from './fixtures.ts';

const EVIDENCE = fileURLToPath(new URL('../../results/evidence/', import.meta.url));
const shipped = (await readdir(EVIDENCE)).filter((name) => name.endsWith('.json'));
const sample = join(EVIDENCE, shipped[0]!);

async function refusal(read: Promise<unknown>): Promise<string> {
  const error: unknown = await read.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
}

test.each(shipped)('the evidence %s has the shape that is promised', async (name) => {
  expect(await readCrash(join(EVIDENCE, name))).toMatchObject({ kind: 'crash', format: 1 });
});

test('an older file that does not say what was excluded, and what readers saw, says null', async () => {
  const old = fileURLToPath(new URL('../fixtures/crashes/without-bound.json', import.meta.url));
  const { bound, reads, rounds, durability } = await readCrash(old);
  expect({ bound, reads, durability }).toEqual({
    bound: null,
    reads: null,
    durability: 'power-safe',
  });
  expect(new Set(rounds.map((round) => round.reads))).toEqual(new Set([null]));
  // Six cuts were enough once; by the floor of today they prove nothing.
  expect(durabilityOf({ mode: 'power-loss' }, rounds, []).durability).toBe('unknown');
});

test('a result comes back as it was saved', async () => {
  const result = await readCrash(sample);
  expect(await readCrash(await saveCrash(temporaryDir(), 'again', result))).toEqual(result);
});

test.each([
  ['durability', 'safe', 'durability: Invalid option'],
  ['bound', { trials: 1 }, 'no "bound.unit"'],
  ['reads', 'errors', 'reads: Invalid option'],
  ['rounds_done', -1, 'rounds_done: Too small'],
  ['rounds', [{ round: 0 }], 'no "rounds[0].delay_us"'],
  ['kind', 'matrix', 'kind: expected'],
  ['format', 2, 'format: expected'],
])('one whose %s is %j is refused, and the field is named', async (field, value, problem) => {
  const path = join(temporaryDir(), 'crash.json');
  const result = JSON.parse(readFileSync(sample, 'utf8')) as CrashResult;
  writeFileSync(path, JSON.stringify({ ...result, [field]: value }));
  const message = await refusal(readCrash(path));
  expect(message).toContain(`${path} is not the result of a crash campaign: ${problem}`);
});

test('one that is missing or cut off is refused', async () => {
  const path = join(temporaryDir(), 'crash.json');
  expect(await refusal(readCrash(path))).toBe(`${path} does not exist`);
  writeFileSync(path, readFileSync(sample, 'utf8').slice(0, 500));
  expect(await refusal(readCrash(path))).toContain('is truncated: its JSON ends early');
});

test('what reads runs says that this is none', async () => {
  expect(await refusal(readResult(sample))).toContain('is the result of a crash campaign, not of');
});
