import { readFileSync } from 'node:fs';
import { peakRssBytes } from '../../src/system/proc.ts';
import { orWhenGone, treeOf } from './tree.ts';

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

/** Pages that several processes share count in each by its part: the program's own text, above all. */
function proportionalBytes(pid: number): number {
  return orWhenGone(0, () => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
  });
}
