/** Commands of `probe` in a text, as a user would type them. */
import { Command } from 'commander';
import { addMeasureOptions, runOptionsOf, type MeasureArguments } from '../../src/cli/options.ts';
import { validate } from '../../src/cli/validate.ts';
import type { Backend } from '../../src/core/backend.ts';
import type { RunOptions } from '../../src/core/options.ts';

/** The commands in a sentence, which ends each with `;` or its own end. */
export function commandsIn(sentence: string): string[] {
  return sentence.match(/\bprobe [^;]+/g) ?? [];
}

/** The words of a command as a POSIX shell splits them, double quotes apart, which are never written. */
export function wordsOf(command: string): string[] {
  const words = command.match(/(?:[^\s'\\]+|'[^']*'|\\.)+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(/'([^']*)'|\\(.)/g, (_, quoted?: string, escaped?: string) => {
      return quoted ?? escaped ?? '';
    }),
  );
}

/** The options of a command that measures, once the command line has taken them. */
export function runOptionsIn(command: string, backend: Backend): RunOptions {
  const [, ...words] = wordsOf(command);
  if (words[0] === 'crash') words.shift();
  if (words.shift() !== backend.name) throw new Error(`not of ${backend.name}: ${command}`);
  const parser = addMeasureOptions(new Command()).exitOverride();
  const given = parser.parse(words, { from: 'user' }).opts<MeasureArguments>();
  const options = runOptionsOf(given, backend);
  const isGiven = (name: string): boolean => parser.getOptionValueSource(name) === 'cli';
  validate(options, backend, new Set(Object.keys(given).filter(isGiven)));
  return options;
}
