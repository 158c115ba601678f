import { describe, expect, test } from 'vitest';
import { messageOf } from '../../src/core/errors.ts';

describe('the message of an error', () => {
  test('is cut where it would be longer than 600 characters', () => {
    expect(messageOf(new Error('x'.repeat(600)))).toBe('x'.repeat(600));
    expect(messageOf(new Error('x'.repeat(601)))).toBe(`${'x'.repeat(599)}…`);
  });

  test('names the source of a Rust driver without the folders of who compiled it', () => {
    const said =
      'lance error: LanceError(IO): Input/output error (os error 5), ' +
      '/home/vendor/.cargo/registry/src/index-1949cf8c6b5b557f/lance-io-8.0.0/src/local.rs:134:24, ' +
      '/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/task/poll.rs:291:44';
    expect(messageOf(new Error(said))).toBe(
      'lance error: LanceError(IO): Input/output error (os error 5), ' +
        'lance-io-8.0.0/src/local.rs:134:24, library/core/src/task/poll.rs:291:44',
    );
  });

  test('keeps every other path', () => {
    const said = 'Could not set lock on file "/data/registry/db": held in /usr/bin/node (PID 1)';
    expect(messageOf(new Error(said))).toBe(said);
  });
});
