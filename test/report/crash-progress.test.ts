import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { crashProgress } from '../../src/report/crash-progress.ts';
import type { LiveStream } from '../../src/report/live.ts';
import { crashOf, losing, round } from '../core/crash-rounds.ts';

function said(shape: Partial<LiveStream>, quiet = false): string {
  const stream = Object.assign(new PassThrough(), shape);
  const options = { ...crashOf('power-loss'), rounds: 2 };
  const progress = crashProgress(stream, { NO_COLOR: '1' }, quiet, options);
  progress.begin();
  progress.tell(1, round());
  progress.tell(2, losing({ round: 1 }));
  progress.tell(4, round());
  progress.clear();
  return String(stream.read() ?? '');
}

test('in a pipe it begins with what is done first, and tells each failed round at once', () => {
  expect(said({})).toMatch(
    /^\[0\/4\] power-loss: the database is prepared for 4 rounds\nround 1 FAILED\n\[2\/4\] power-loss: 2 rounds done, 1 failed, about 5 s left\n$/,
  );
});

test('on a terminal it is a frame from the beginning on, with the failures so far', () => {
  const drawn = said({ isTTY: true, columns: 80, rows: 24 });
  expect(drawn).toContain('the database is prepared for 4 rounds');
  expect(drawn).toContain('1 round done, none failed, about 5 s left');
  expect(drawn).toContain('round 1 FAILED\n');
  expect(drawn).toContain('4 rounds done, 1 failed');
  expect(drawn).toContain('Ctrl-C ends the campaign');
  const narrow = said({ isTTY: true, columns: 30, rows: 24 });
  expect(narrow).not.toContain('rounds that are done');
});

test('it says nothing where it is to be quiet', () => {
  expect(said({}, true)).toBe('');
  expect(said({ isTTY: true, columns: 80, rows: 24 }, true)).toBe('');
});
