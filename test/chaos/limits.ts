/** How long a chaos run waits for each thing. */
export interface ChaosLimits {
  /** From the start of the program to the fault, and from the end of the fault to the end of the program. */
  endMs: number;
  /** From the end of the program to the end of its last process: its guard may still be removing. */
  graceMs: number;
  /** For `probe clean`. */
  cleanMs: number;
}

export const CHAOS_LIMITS: ChaosLimits = { endMs: 60_000, graceMs: 15_000, cleanMs: 30_000 };

/** Between two looks at the processes of a run. */
export const LOOK_EVERY_MS = 25;
