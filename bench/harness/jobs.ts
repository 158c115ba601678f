import type { AuditEnd } from '../../src/core/history.ts';
import type { RunOptions } from '../../src/core/options.ts';
import type { FromWorker, Job } from '../../src/core/protocol.ts';
import { Child, WORKER_ENTRY } from '../../src/experiment/child.ts';
import type { Guard } from '../../src/experiment/guard.ts';
import { JobProcess } from '../../src/experiment/job.ts';
import { monotonicUs } from '../../src/system/clock.ts';

/** Seeds a fresh path as a run does, in a process of its own; the seconds it took as that process measured them. */
export async function seed(guard: Guard, options: RunOptions, path: string): Promise<number> {
  let tookS = NaN;
  await runJob(guard, { kind: 'seed', path }, options, (message) => {
    if (message.type === 'seeded') tookS = message.tookUs / 1e6;
  });
  return tookS;
}

/** Audits a path as a run does; the seconds that its result would name. */
export async function audit(guard: Guard, options: RunOptions, path: string): Promise<number> {
  let end: AuditEnd | undefined;
  await runJob(guard, { kind: 'audit', path, copy: 0 }, options, (message) => {
    if (message.type !== 'events') return;
    for (const event of message.events) if ('f' in event && event.f === 'audit') end = event;
  });
  if (end?.type !== 'ok' || end.rows !== options.rows) {
    throw new Error(`the audit failed: ${end?.error?.message ?? `${end?.rows} rows`}`);
  }
  return (end.time - end.start) / 1e6;
}

async function runJob(
  guard: Guard,
  job: Job,
  options: RunOptions,
  onMessage: (message: FromWorker) => void,
): Promise<void> {
  const fork = (listener: (message: FromWorker) => void): Child =>
    new Child(WORKER_ENTRY, guard, listener);
  const process = new JobProcess(fork, { job, options, epochUs: monotonicUs() }, onMessage);
  await process.ready;
  await process.run();
  const problem = process.problem(job.kind);
  if (problem !== undefined) throw problem;
}
