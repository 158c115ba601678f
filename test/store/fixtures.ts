import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Event, HeaderEvent, History } from '../../src/core/history.ts';
import type { RunOptions } from '../../src/core/options.ts';
import type { Counts, Result } from '../../src/core/result.ts';

/** A fresh directory that is gone after the test. */
export function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'probe-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export const options: RunOptions = {
  backend: 'reference',
  access: 'processes',
  rows: 100,
  readers: 1,
  writers: 1,
  durationS: 1,
  dims: 4,
  batch: 8,
  topK: 5,
  seed: 42,
  keys: 'own',
  increment: 'none',
  refresh: 'always',
  stalenessBoundMs: 1000,
  openOrder: 'writers',
  writeRate: 0,
  readRate: 0,
  opTimeoutMs: 30_000,
  engineThreads: 1,
  check: true,
  busyTimeoutMs: 5000,
  intent: false,
  rpc: 'ws',
  listen: 'unix',
  bug: null,
};

export const header: HeaderEvent = {
  type: 'header',
  format: 1,
  options,
  copies: [['w0', 'r0']],
};

/** A header and `count` operations. */
export function eventsOf(count: number): Event[] {
  const events: Event[] = [header];
  for (let op = 0; op < count; op++) {
    const ids = [101 + op * 4, 104 + op * 4, 1] as const;
    events.push({ type: 'invoke', process: 'w0', f: 'insert', op, batch: 1 + op, ids, time: op });
  }
  return events;
}

export async function collect(history: History): Promise<Event[]> {
  const all: Event[] = [];
  for await (const events of history.events()) all.push(...events);
  return all;
}

const counts: Counts = {
  reads_ok: 10,
  reads_err: 0,
  writes_ok: 4,
  writes_err: 0,
  open_ok: 2,
  open_err: 0,
  fresh_read_iterations: 3,
  fresh_read_results: 8,
  new_rows_inserted: 8,
  increments_ok: 0,
  increments_err: 0,
  busy_retries: 0,
};

export const result: Result = {
  format: 1,
  tool: { version: '0.1.0', node: '20.20.2' },
  backend: { name: 'reference', package: null, version: '1', engine: 'files' },
  host: { os: 'linux', cpus: 2, memory_bytes: 1, filesystem: 'ext4' },
  started_at: '2026-11-23T23:05:06.789Z',
  options: {
    backend: 'reference',
    access: 'processes',
    rows: 100,
    read_rate: 0,
    check: true,
    bug: null,
  },
  seed: 42,
  counts,
  verdict: 'works',
  because: 'nothing failed',
  next: 'nothing to do',
  window_us: 1_000_000,
  overlap_ratio: 0.5,
  start_skew_us: 120,
  latency_us: { search: { count: 10, p50: 1, p95: 2, p99: 3, max: 4 } },
  freshness_us: { count: 1, p50: 5, p99: 5, max: 5, never_seen: 0 },
  processes: [
    {
      role: 'writer',
      index: 0,
      pid: 17,
      state: 'finished',
      exit: 0,
      signal: null,
      counts,
      latency_us: {},
      freshness_us: null,
      driver_retries: null,
      peak_rss_bytes: 1,
      stderr_tail: '',
    },
  ],
  errors: [{ operation: 'open', class: 'lock.conflict', count: 1, example: 'no', holder: null }],
  checks: [{ name: 'lost', verdict: 'pass', because: 'all there', count: 0, findings: [] }],
  audit: {
    rows: 108,
    acknowledged: 108,
    lost: 0,
    duplicate: 0,
    torn: 0,
    unexpected: 0,
    in_doubt: 0,
    counter: null,
    took_us: 9,
    error: null,
  },
  timeline: [{ second: 0, reads: 10, writes: 4, errors: 0, processes: { w0: 4, r0: 10 } }],
  warnings: [],
  history: null,
  phases_us: { spawn: 5 },
  interrupted: false,
};
