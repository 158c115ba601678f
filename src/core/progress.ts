/** What a run tells while it goes on, as plain data; `report/` draws it. */

export type Phase = 'prepare' | 'spawn' | 'open' | 'work' | 'drain' | 'audit' | 'judge';

/** So many seconds back it is told what each process did in each of them. */
export const RECENT_SECONDS = 16;

export interface ProcessProgress {
  name: string;
  pid: number | null;
  state: 'starting' | 'open' | 'refused' | 'running' | 'done' | 'drained' | 'died' | 'hung';
  operations: number;
  /** Operations of each of the last finished seconds of the window, the oldest first: {@link RECENT_SECONDS} at most. */
  perSecond: number[];
  /** Of searches (readers) or write operations (writers); null while there are too few of them. */
  p50Us: number | null;
  p99Us: number | null;
  errors: number;
}

export interface Progress {
  phase: Phase;
  /** Since the run began. */
  elapsedUs: number;
  /** Of the measured window; null outside it. */
  remainingUs: number | null;
  /** 0..1 where the phase can tell (seeding, work), else null. */
  fraction: number | null;
  processes: ProcessProgress[];
  errors: number;
}

export type OnProgress = (progress: Progress) => void;
