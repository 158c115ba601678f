import { printable } from '../core/printable.ts';

type Output = NodeJS.WritableStream & { isTTY?: boolean };

/** Of streams that are guarded: the same without the guard. */
const unguarded = new WeakMap<object, Output>();

/**
 * From here on text that is written to this stream does nothing but be shown: the one place through which all that a
 * file, a driver or a user says reaches a terminal. Colours stay where it is one.
 */
export function guardOutput(stream: Output): void {
  const raw = Object.create(stream, { write: { value: stream.write.bind(stream) } }) as Output;
  unguarded.set(stream, raw);
  const write = raw.write as (chunk: unknown, ...rest: unknown[]) => boolean;
  stream.write = ((chunk: unknown, ...rest: unknown[]) => {
    const text = typeof chunk === 'string' ? printable(chunk, stream.isTTY === true) : chunk;
    return write(text, ...rest);
  }) as Output['write'];
}

/** The stream without its guard, for whoever moves the cursor and guards its own text. */
export function unguardedOf<T extends Output>(stream: T): T {
  return (unguarded.get(stream) as T | undefined) ?? stream;
}
