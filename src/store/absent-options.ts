import type { RunOptions } from '../core/options.ts';
import type { Result } from '../core/result.ts';

/**
 * Options that older files lack, and what their absence means: fixed, whatever the default is by now. A run that was
 * saved without one is the same experiment as one that was saved with this value.
 */
export const ABSENT_OPTIONS = { readRate: 0 } as const satisfies Partial<RunOptions>;

/** The options of a history or of a cell, as they were read. */
export function completeOptions(saved: RunOptions): RunOptions {
  return { ...ABSENT_OPTIONS, ...saved };
}

/** The options of a result or of a crash campaign, by their saved names. */
export function completeSavedOptions(saved: Result['options']): Result['options'] {
  return { read_rate: ABSENT_OPTIONS.readRate, ...saved };
}
