import type { RunOptions } from '../core/options.ts';
import { Child, WORKER_ENTRY } from './child.ts';
import { Guard } from './guard.ts';
import { JobProcess } from './job.ts';

/** Whether a backend's driver loads here, tried in a process of its own: this one never loads a driver. */
export async function loadTest(
  options: RunOptions,
): Promise<{ version: string; engine: string } | { error: string }> {
  const guard = new Guard();
  try {
    const job = new JobProcess(
      (onMessage) => new Child(WORKER_ENTRY, guard, onMessage),
      { job: { kind: 'load' }, options, epochUs: 0 },
      () => undefined,
    );
    const version = await job.ready;
    await job.run();
    if (version !== undefined) return version;
    return { error: job.failure?.message ?? job.problem('it')?.message ?? 'it said nothing' };
  } finally {
    await guard.close();
  }
}
