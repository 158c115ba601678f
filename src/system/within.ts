/** Waits for a promise, but not longer than a named limit; then `late` is called and undefined comes back. */
export async function within<T>(
  limitMs: number,
  promise: Promise<T>,
  late: () => void,
): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      late();
      resolve(undefined);
    }, limitMs);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
