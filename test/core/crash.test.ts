import { expect, test } from 'vitest';
import { controlScheduleOf, cutScheduleOf, pauseOf, scheduleOf } from '../../src/core/crash.ts';

const ROUNDS = Array.from({ length: 200 }, (_, n) => n);

test('the same seed gives the same schedule, another seed another one', () => {
  const schedule = (seed: number) => ROUNDS.map((n) => scheduleOf(seed, n));
  expect(schedule(42)).toEqual(schedule(42));
  expect(schedule(43)).not.toEqual(schedule(42));
  expect(new Set(schedule(42).map(({ delayMs }) => delayMs)).size).toBe(ROUNDS.length);
});

test('delays stay within their bounds, and about half of the kills are aimed at a commit', () => {
  const schedule = ROUNDS.map((n) => scheduleOf(7, n));
  for (const { delayMs, depth } of schedule) {
    expect(delayMs).toBeGreaterThanOrEqual(40);
    expect(delayMs).toBeLessThan(400);
    expect(depth).toBeGreaterThanOrEqual(0);
    expect(depth).toBeLessThan(1);
  }
  const aimed = schedule.filter(({ aim }) => aim).length;
  expect(aimed).toBeGreaterThan(70);
  expect(aimed).toBeLessThan(130);
});

test('every second power cut on each file system is aimed, and work piles up before it', () => {
  for (const filesystems of [1, 2]) {
    for (let on = 0; on < filesystems; on++) {
      const cuts = ROUNDS.filter((n) => n % filesystems === on).map((n) =>
        cutScheduleOf(42, n, filesystems),
      );
      expect(cuts.map(({ aim }) => aim)).toEqual(cuts.map((_, i) => i % 2 === 1));
    }
  }
  for (const n of ROUNDS) {
    expect(cutScheduleOf(42, n, 2).delayMs).toBe(4 * scheduleOf(42, n).delayMs);
  }
});

test('the kill before a power cut is always aimed', () => {
  expect(ROUNDS.every((n) => controlScheduleOf(42, n).aim)).toBe(true);
});

test('the same seed gives the same pauses, and each process has its turn', () => {
  const pauses = ROUNDS.map((n) => pauseOf(42, n, 3));
  expect(pauses).toEqual(ROUNDS.map((n) => pauseOf(42, n, 3)));
  expect(new Set(pauses.map(({ process }) => process))).toEqual(new Set([0, 1, 2]));
  for (const { beforeMs, pausedMs } of pauses) {
    expect(beforeMs).toBeGreaterThanOrEqual(100);
    expect(pausedMs).toBeGreaterThanOrEqual(200);
  }
});
