import { readFileSync, readdirSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CannotRunError, UsageError } from '../../src/core/errors.ts';
import type { CrashResult } from '../../src/core/crash.ts';
import type { Result } from '../../src/core/result.ts';
import type { Progress } from '../../src/core/progress.ts';
import { reportError } from '../../src/cli/exit.ts';
import { renderComparison } from '../../src/report/compare-table.ts';
import { renderCrash } from '../../src/report/crash-table.ts';
import { createLiveView, type LiveStream } from '../../src/report/live.ts';
import { guardOutput, unguardedOf } from '../../src/report/output.ts';
import { renderResult } from '../../src/report/result.ts';
import { blocked, wrong } from './results.ts';

const NASTY = [
  '\u001b]0;pwned\u0007',
  '\u001b[2J\u009b1A',
  '\u001bc\u0007\r',
  '\u202e\u2066\u200b',
  '\n  Verdict    WORKS: forged\n',
].join('');
const ACTIVE = /(?!\n)\p{Control}|[\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u;
const COLOURS = new RegExp(`${'\u001b'}\\[[\\d;]*m`, 'g');

/** Fields with one of a closed list of words, which what reads a file has checked. */
const WORDS = new Set([
  'verdict',
  'state',
  'class',
  'role',
  'kind',
  'mode',
  'durability',
  'reads',
  'victim',
]);
const KEYED = new Set(['access', 'backend', 'keys', 'refresh', 'started_at', 'filesystems']);

/** The same value with something nasty in each text. */
function poisoned(value: unknown, key = ''): unknown {
  if (typeof value === 'string') {
    return WORDS.has(key) || KEYED.has(key) ? value : `${value}${NASTY}`;
  }
  if (Array.isArray(value)) return value.map((each: unknown) => poisoned(each, key));
  if (value === null || typeof value !== 'object') return value;
  const isCheck = 'findings' in value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      isCheck && name === 'name' ? each : poisoned(each, name),
    ]),
  );
}

/** What arrives at a terminal behind the guard. */
function terminal(columns?: number): { stream: LiveStream; text: () => string } {
  const stream: LiveStream & PassThrough = new PassThrough();
  stream.isTTY = true;
  if (columns !== undefined) Object.assign(stream, { columns, rows: 24 });
  guardOutput(stream);
  return { stream, text: () => String(stream.read() ?? '') };
}

/** What of it is more than text, and what looks like a line of our own. */
function harmOf(text: string): string[] {
  const active = text.replaceAll(COLOURS, '').match(new RegExp(ACTIVE, 'gu')) ?? [];
  const forged = text.match(/^ {2}Verdict {4}WORKS: forged/gm) ?? [];
  return [...active, ...forged, ...(text === '' ? ['nothing'] : [])];
}

const style = { color: true, width: 100 };

test.each([
  ['a run that went wrong', wrong],
  ['a run that was blocked', blocked],
])('no text of %s does anything to a terminal', (_, result) => {
  const { stream, text } = terminal();
  stream.write(renderResult(poisoned(result) as Result, { ...style, saved: [`/tmp/x${NASTY}`] }));
  expect(harmOf(text())).toEqual([]);
});

test('no text of the result of a crash campaign does', () => {
  const folder = fileURLToPath(new URL('../../results/evidence/', import.meta.url));
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.json'))) {
    const result = JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as CrashResult;
    const { stream, text } = terminal();
    stream.write(renderCrash(poisoned(result) as CrashResult, style));
    expect(harmOf(text())).toEqual([]);
  }
});

test('no text of results side by side does', () => {
  const { stream, text } = terminal();
  const columns = [wrong, blocked].map((result, i) => ({
    label: 'AB'[i]!,
    title: `/tmp/${NASTY}`,
    runs: [poisoned(result) as Result],
  }));
  stream.write(renderComparison([{ title: NASTY, columns }], style));
  expect(harmOf(text())).toEqual([]);
});

test.each([
  new UsageError(`copies ${NASTY}`),
  new CannotRunError(`the auditor ended. Its last words: ${NASTY}`),
  new Error(`a bug ${NASTY}`),
])('no error does: %s', (error) => {
  const { stream, text } = terminal();
  reportError(error, stream);
  expect(harmOf(text().replaceAll('\n  Verdict', ''))).toEqual([]);
});

test('a sentence on stderr is one line', () => {
  const { stream, text } = terminal();
  reportError(new UsageError(`copies ${NASTY}`), stream);
  expect(text().split('\n')).toHaveLength(2);
});

test('the live view moves the cursor, and what it shows does not', () => {
  const progress: Progress = {
    phase: 'work',
    elapsedUs: 1,
    remainingUs: null,
    fraction: null,
    processes: [],
    errors: 0,
  };
  const { stream, text } = terminal(80);
  const view = createLiveView(stream, { TERM: 'xterm' }, `probe ${NASTY}`);
  view.update(progress);
  view.line(`note ${NASTY}`);
  view.clear();
  const shown = text();
  expect(shown).toContain('\u001b[');
  for (const part of ['\u001b]0', '\u0007', '\u009b', '\u001bc', '\u202e']) {
    expect(shown).not.toContain(part);
  }
});

test('a stream that is no terminal gets no colours either', () => {
  const stream: LiveStream & PassThrough = new PassThrough();
  guardOutput(stream);
  stream.write('\u001b[31mred\u001b[39m\n');
  expect(String(stream.read())).toBe('red\n');
  unguardedOf(stream).write('\u001b[31mred\u001b[39m\n');
  expect(String(stream.read())).toContain('\u001b[31m');
});
