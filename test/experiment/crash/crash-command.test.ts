/** The command of a campaign is typed into a shell and read by the command line: both must give back what was run. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { shellWord } from '../../../src/core/command-line.ts';
import { crashCommand } from '../../../src/core/crash-command.ts';
import { SHORT } from '../../support/run.ts';
import { crashOf } from '../../core/crash-rounds.ts';

test('a command gives the staleness bound as the user gave it', () => {
  const given = { ...SHORT, refresh: 0.5, stalenessBoundMs: 1500 };
  expect(crashCommand(given, crashOf('kill'))).toContain('--staleness-bound 1 ');
});

describe('a word of a command', () => {
  test.each(['plain', 'two words', "it's", '$HOME `id` "x"', 'a;b&c|d', ''])(
    'is read back by a shell as it was: %j',
    (word) => {
      const script = `printf %s ${shellWord(word)}`;
      expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(word);
    },
  );
});
