import type { Result } from '../../src/core/result.ts';
import { runProbe } from '../../src/experiment/run.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { setupOf } from './session.ts';

/** A whole run, from an empty path to its result, which is not saved. */
export async function probe(options: RunOptions): Promise<Result> {
  const { result } = await runProbe(await setupOf(options));
  return result;
}

/** The staleness bound that a run waited for: nobody waits if no reader was there. */
export function stalenessWaitS({ options, processes, phases_us, counts }: Result): number {
  const drained = processes.some(({ role, state }) => role === 'reader' && state === 'finished');
  if (!drained || counts.writes_ok === 0) return 0;
  return Math.min(Number(options['staleness_bound_ms']) * 1000, phases_us['drain'] ?? 0) / 1e6;
}

export const windowS = ({ window_us }: Result): number => window_us / 1e6;

/** Of all readers, in the window. Throws if any failed: a ratio of failures means nothing. */
export function readsPerSecond(result: Result): number {
  const { reads_ok, reads_err } = result.counts;
  if (reads_err > 0 || reads_ok === 0) throw new Error(`reads failed: ${result.because}`);
  return reads_ok / windowS(result);
}
