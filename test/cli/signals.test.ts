import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { Signals } from '../../src/cli/signals.ts';

const quiet = (): NodeJS.Process => new EventEmitter() as NodeJS.Process;

test('before a signal nothing is aborted and there is no exit code', () => {
  const signals = new Signals(quiet());
  expect([signals.first.aborted, signals.second.aborted, signals.exitCode]).toEqual([
    false,
    false,
    null,
  ]);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('the first %s aborts the first signal only', (name, exitCode) => {
  const process = quiet();
  const signals = new Signals(process);
  process.emit(name, name);
  expect(signals.first.reason).toBe(name);
  expect(signals.second.aborted).toBe(false);
  expect(signals.exitCode).toBe(exitCode);
});

test('the second aborts the second; the exit code stays, and a third has its default effect', () => {
  const process = quiet();
  const signals = new Signals(process);
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGTERM', 'SIGTERM');
  expect(signals.second.reason).toBe('SIGTERM');
  expect(signals.exitCode).toBe(130);
  expect(process.eventNames()).toEqual([]);
});

test('once stopped it no longer listens', () => {
  const process = quiet();
  new Signals(process).stop();
  expect(process.eventNames()).toEqual([]);
});
