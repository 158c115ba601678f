import { cp } from 'node:fs/promises';
import type { RunOptions } from '../../src/core/options.ts';
import { close, open, spawn, work } from '../../src/experiment/phases.ts';
import { Session, type RunSetup } from '../../src/experiment/session.ts';
import { backendOf } from './options.ts';

/** What a run needs beside its options; nothing is saved, nobody interrupts. */
export async function setupOf(options: RunOptions): Promise<RunSetup> {
  const never = new AbortController().signal;
  return {
    backend: await backendOf(options.backend),
    options,
    db: { path: null, keep: false, overwrite: false },
    results: { dir: '', save: false, history: false },
    toolVersion: 'bench',
    onProgress: () => undefined,
    interrupt: { first: never, second: never },
  };
}

/** A run of which only some phases are of interest; it is cleaned up whatever happens. */
export async function inSession<T>(
  setup: RunSetup,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await Session.begin(setup);
  try {
    return await use(session);
  } finally {
    await session.end();
  }
}

/** Reader iterations per second of a run on a copy of this database: spawned, opened, started as ever. */
export async function readsPerSecond(options: RunOptions, seeded: string): Promise<number> {
  return inSession(await setupOf(options), async (session) => {
    await cp(seeded, session.place.path, { recursive: true });
    const { metrics } = await worked(session);
    const { reads_ok, reads_err } = metrics.counts();
    if (reads_err > 0) throw new Error(`${reads_err} reads failed`);
    return reads_ok / (metrics.windowUs() / 1e6);
  });
}

/** From the first fork to the last exit. */
export async function worked(session: Session): Promise<Session> {
  const crew = await spawn(session);
  await open(session, crew);
  await work(session, crew);
  await close(session, crew);
  crew.end();
  return session;
}
