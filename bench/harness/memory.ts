import { readFileSync, readdirSync } from 'node:fs';
import { peakRssBytes } from '../../src/system/proc.ts';

const EVERY_MS = 100;

export interface Peak {
  /** The highest sum of the proportional set sizes of the process and all its descendants. */
  treeBytes: number;
  /** The resident set of the process alone, shared pages included. */
  ownBytes: number;
}

/** Samples the memory of a process and all its descendants. */
export class MemorySampler {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  readonly #peak: Peak = { treeBytes: 0, ownBytes: 0 };

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#sample(), EVERY_MS);
  }

  /** The peak; no further samples. */
  stop(): Peak {
    clearInterval(this.#timer);
    return this.#peak;
  }

  #sample(): void {
    const bytes = treeOf(this.#pid).reduce((sum, pid) => sum + proportionalBytes(pid), 0);
    this.#peak.treeBytes = Math.max(this.#peak.treeBytes, bytes);
    this.#peak.ownBytes = peakRssBytes(this.#pid) ?? this.#peak.ownBytes;
  }
}

function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

function childrenOf(pid: number): number[] {
  return orWhenGone([], () =>
    readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter((child) => child !== '')
        .map(Number),
    ),
  );
}

/** Pages that several processes share count in each by its part: the program's own text, above all. */
function proportionalBytes(pid: number): number {
  return orWhenGone(0, () => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
  });
}

/** A process may end between being listed and being read. */
function orWhenGone<T>(gone: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return gone;
    throw error;
  }
}
