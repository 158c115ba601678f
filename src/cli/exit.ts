/** How the program ends: the only place that turns errors and verdicts into exit codes and words on stderr. */
import { CommanderError } from 'commander';
import { CannotRunError, UsageError } from '../core/errors.ts';
import type { Verdict } from '../core/names.ts';
import { oneLine } from '../core/printable.ts';

const WRONG = 1;
/** An expectation does not hold. */
export const UNMET = 1;
const USAGE = 2;
export const CANNOT_RUN = 3;
/** A bug of ours; sysexits.h calls it EX_SOFTWARE. */
const BUG = 70;

/** `blocked`, `stale` and `errors` are findings, not failures of the probe. */
export function exitCodeOf(verdict: Verdict): number {
  if (verdict === 'wrong' || verdict === 'inconsistent') return WRONG;
  return verdict === 'unknown' ? CANNOT_RUN : 0;
}

/** What was to be saved and could not be is missing; a finding is one all the same. */
export function exitCodeOfSaved(exitCode: number, isSaved: boolean): number {
  return exitCode === 0 && !isSaved ? CANNOT_RUN : exitCode;
}

/** Says on stderr what went wrong, one sentence unless it is a bug; returns the exit code. */
export function reportError(error: unknown, stderr: NodeJS.WritableStream): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    if (error.code !== 'commander.help') stderr.write(`${oneLine(sentenceOf(error))}\n`);
    return USAGE;
  }
  if (error instanceof UsageError) {
    stderr.write(`error: ${oneLine(error.message)}\n`);
    return USAGE;
  }
  if (error instanceof CannotRunError) {
    stderr.write(`error: ${oneLine(error.message)}\n`);
    return CANNOT_RUN;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  stderr.write(`This is a bug of probe; please report it with the options you gave.\n${stack}\n`);
  return BUG;
}

/** Commander puts suggestions on a line, and allowed values and numbers of arguments into sentences of their own. */
function sentenceOf({ code, message }: CommanderError): string {
  const sentence = message
    .replace(/\n\((.*)\)$/, '; $1')
    .replace(/\. Expected (\d+ arguments?) but got (\d+)\.$/, ': it takes $1 and got $2')
    .replace('takes 0 arguments', 'takes no argument')
    .replace(/( is invalid[^.]*)\. (\w)/, (_, what: string, first: string) => {
      return `${what}: ${first.toLowerCase()}`;
    });
  const isDeadEnd = code.startsWith('commander.unknown') && sentence === message;
  return isDeadEnd ? `${sentence}; --help lists what there is` : sentence;
}
