/** Ctrl-C or SIGTERM: the first ends the window early, the second skips everything but cleaning up. */
export interface Interrupt {
  readonly first: AbortSignal;
  readonly second: AbortSignal;
}

/** The run was given up before it had a result. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Rejects with {@link Interrupted} when the signal aborts; `release` ends the listening. */
export function interruption(
  signal: AbortSignal,
  message: string,
): { promise: Promise<never>; release: () => void } {
  let onAbort: () => void = () => undefined;
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => reject(new Interrupted(message));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  // Nobody may be waiting for it when it fires.
  promise.catch(() => undefined);
  return { promise, release: () => signal.removeEventListener('abort', onAbort) };
}
