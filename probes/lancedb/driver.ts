import { createRequire } from 'node:module';
import type * as Lance from '@lancedb/lancedb';
import type * as Arrow from 'apache-arrow';

/** The driver, and the copy of Arrow that belongs to it. */
export interface Driver {
  lance: typeof Lance;
  arrow: typeof Arrow;
  version: string;
}

/**
 * Imports the driver. Its native library reads the environment when it is loaded, so what is set here works only in the
 * first call of a process, and not at all in a worker thread, whose `process.env` is a copy.
 */
export async function loadDriver(engineThreads?: number): Promise<Driver> {
  process.env['LANCEDB_LOG'] ??= 'error';
  if (engineThreads !== undefined) {
    process.env['TOKIO_WORKER_THREADS'] = String(engineThreads);
    process.env['LANCE_CPU_THREADS'] = String(engineThreads);
  }
  const lance = await import('@lancedb/lancedb');
  // An `import` of Arrow is another instance than the one the driver requires; of such tables it stores no row, silently.
  const requireLikeDriver = createRequire(import.meta.resolve('@lancedb/lancedb'));
  const arrow = requireLikeDriver('apache-arrow') as typeof Arrow;
  const { version } = requireLikeDriver('../package.json') as { version: string };
  return { lance, arrow, version };
}

/** The version of the Lance core, which the driver tells only in the source paths of its errors. */
export async function coreVersion({ lance, version }: Driver): Promise<string> {
  const empty = await lance.connect('memory://');
  const message = await empty.openTable('none').then(String, String);
  const core = /\/lance-(\d+\.\d+\.\d+)\//.exec(message)?.[1];
  return core === undefined ? version : `Lance ${core}`;
}
