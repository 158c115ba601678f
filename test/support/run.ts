import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { loadBackend } from '../../probes/index.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { runProbe, type RunOutcome } from '../../src/experiment/run.ts';
import type { RunSetup } from '../../src/experiment/session.ts';

/** A short run: small rows, a second of load. */
export const SHORT: RunOptions = {
  backend: 'reference',
  access: 'processes',
  rows: 200,
  readers: 2,
  writers: 1,
  durationS: 1,
  dims: 16,
  batch: 16,
  topK: 5,
  seed: 42,
  keys: 'own',
  increment: 'none',
  refresh: 'default',
  stalenessBoundMs: 300,
  openOrder: 'writers',
  writeRate: 0,
  readRate: 0,
  opTimeoutMs: 10_000,
  engineThreads: 1,
  check: true,
  busyTimeoutMs: 2000,
  intent: false,
  rpc: 'ws',
  listen: 'unix',
  bug: null,
};

export const never: RunSetup['interrupt'] = {
  first: new AbortController().signal,
  second: new AbortController().signal,
};

/** A directory that is gone after the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'probe-test-'));
  onTestFinished(async () => rm(directory, { recursive: true, force: true }));
  return directory;
}

export function workerFixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/workers/${name}.mjs`, import.meta.url));
}

/** Runs the experiment itself, without the command line. Options not named are {@link SHORT}'s. */
export async function shortRun(
  options: Partial<RunOptions>,
  setup: Partial<RunSetup> = {},
): Promise<RunOutcome> {
  const all = { ...SHORT, ...options };
  const backend = await loadBackend(all.backend);
  if (backend === undefined) throw new Error(`no backend named ${all.backend}`);
  return runProbe({
    backend,
    options: all,
    db: { path: null, keep: false, overwrite: false },
    results: { dir: '', save: false, history: false },
    toolVersion: 'test',
    onProgress: () => undefined,
    interrupt: never,
    ...setup,
  });
}
