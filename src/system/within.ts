import { afterAwake } from './awake.ts';

/**
 * Waits for a promise, but not longer than a named limit, of time for which this process was awake; then `late` is
 * called and undefined comes back.
 */
export async function within<T>(
  limitMs: number,
  promise: Promise<T>,
  late: () => void = () => undefined,
): Promise<T | undefined> {
  let cancel: () => void = () => undefined;
  const limit = new Promise<undefined>((resolve) => {
    cancel = afterAwake(limitMs, () => {
      late();
      resolve(undefined);
    });
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    cancel();
  }
}
