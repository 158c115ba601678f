import type { z } from 'zod';
import { UsageError } from '../core/errors.ts';
import { readFailure } from './read-failure.ts';
import { openRegular } from './regular-file.ts';

/** A result of a day with hundreds of processes comes near it; what is larger is none of ours. */
const JSON_LIMIT_BYTES = 256 * 2 ** 20;
/** Of longer texts nobody is told where they are wrong: it takes as long as to read them twenty times. */
const MOST_BISECTED = 2 ** 20;

/** Reads a whole JSON file; what is not JSON is a {@link UsageError} that names the line and column. */
export async function readJson(path: string): Promise<unknown> {
  const file = await openRegular(path);
  try {
    const { size } = await file.stat();
    if (size > JSON_LIMIT_BYTES) {
      throw new UsageError(`${path} is no result: it has over ${JSON_LIMIT_BYTES / 2 ** 20} MiB`);
    }
    return parse(path, await file.readFile('utf8'));
  } catch (error) {
    throw readFailure(path, error);
  } finally {
    await file.close();
  }
}

/** A value that was read, once it has the shape of `what`; the first thing wrong is a {@link UsageError}. */
export async function shaped<T>(
  path: string,
  value: unknown,
  schema: z.ZodType<T>,
  what: string,
): Promise<T> {
  const { firstProblem } = await import('./schemas.ts');
  const problem = firstProblem(schema, value);
  if (problem) throw new UsageError(`${path} is not ${what}: ${problem}`);
  return value as T;
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (text.length > MOST_BISECTED) {
      throw new UsageError(`${path} is not JSON, and too long to say where it is wrong`);
    }
    const position = firstBadPosition(text);
    const before = text.slice(0, position);
    const line = before.split('\n').length;
    const column = position - before.lastIndexOf('\n');
    throw new UsageError(
      position >= text.trimEnd().length
        ? `${path} is truncated: its JSON ends early at line ${line}, column ${column}`
        : `${path} is not JSON: unexpected ${JSON.stringify(text[position])} at line ${line}, column ${column}`,
    );
  }
}

/**
 * Where no longer any continuation could make it JSON. V8 gives a position with some messages only, but a bad prefix
 * stays bad however it goes on, so the position can be bisected.
 */
function firstBadPosition(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isPrefixOfJson(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function isPrefixOfJson(prefix: string): boolean {
  try {
    JSON.parse(prefix);
    return true;
  } catch (error) {
    const message = String(error);
    const position = /at position (\d+)/.exec(message)?.[1];
    return position === undefined
      ? message.includes('Unexpected end')
      : Number(position) >= prefix.length;
  }
}
