import { resolve } from 'node:path';
import { UsageError } from '../core/errors.ts';

/** The longest name that file systems take, in bytes. */
const NAME_BYTES = 255;
/** The longest path that the system takes, in bytes, without the zero at its end. */
const PATH_BYTES = process.platform === 'linux' ? 4095 : 1023;
/** What drivers and runs put below a path: tables, fragments, and the copies of both in bundles. */
const BELOW_BYTES = 512;

/**
 * Refuses a path that is too long, or beside which or in which something could not be made, before anything is made.
 * `beside` are the paths that are derived from its last name.
 */
export function checkLength(option: string, path: string, beside: readonly string[] = []): void {
  const whole = resolve(path);
  const names = whole.split('/');
  const longer = Math.max(0, ...beside.map((other) => bytesOf(other) - bytesOf(path)));
  for (const [i, name] of names.entries()) {
    const allowed = NAME_BYTES - (i === names.length - 1 ? longer : 0);
    check(`${option}: the name '${beginningOf(name)}'`, bytesOf(name), allowed);
  }
  check(`${option}: the path`, bytesOf(whole), PATH_BYTES - longer - BELOW_BYTES);
}

function check(what: string, bytes: number, allowed: number): void {
  if (bytes <= allowed) return;
  throw new UsageError(`${what} has ${bytes} bytes, of which ${allowed} are allowed here`);
}

/** The whole path was just said. */
const beginningOf = (name: string): string => (name.length > 24 ? `${name.slice(0, 23)}…` : name);
const bytesOf = (text: string): number => Buffer.byteLength(text);
