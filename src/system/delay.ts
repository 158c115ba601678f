import { setTimeout as sleep } from 'node:timers/promises';

/** A timer that a signal ends early, without an error. */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms <= 0 || signal?.aborted) return;
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
}
