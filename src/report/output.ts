import { printable } from '../core/printable.ts';

type Output = NodeJS.WritableStream & { isTTY?: boolean };

/** Of streams that are guarded: the same without the guard. */
const unguarded = new WeakMap<object, Output>();

/**
 * From here on text that is written to this stream does nothing but be shown: the one place through which all that a
 * file, a driver or a user says reaches a terminal. Colours stay where it is one.
 */
export function guardOutput(stream: Output): void {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
  unguarded.set(stream, Object.create(stream, { write: { value: write } }) as Output);
  stream.write = ((chunk: unknown, ...rest: unknown[]) => {
    const text = typeof chunk === 'string' ? printable(chunk, stream.isTTY === true) : chunk;
    return write(text, ...rest);
  }) as Output['write'];
}

/** The stream without its guard, for whoever moves the cursor and guards its own text. */
export function unguardedOf<T extends Output>(stream: T): T {
  return (unguarded.get(stream) as T | undefined) ?? stream;
}
