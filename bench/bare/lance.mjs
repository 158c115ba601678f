/** The driver with the copy of Arrow that belongs to it. */
import { createRequire } from 'node:module';

export async function loadLance(threads = 1) {
  process.env.LANCEDB_LOG = 'error';
  process.env.TOKIO_WORKER_THREADS = String(threads);
  process.env.LANCE_CPU_THREADS = String(threads);
  const lance = await import('@lancedb/lancedb');
  const load = createRequire(createRequire(import.meta.url).resolve('@lancedb/lancedb'));
  return { lance, arrow: load('apache-arrow') };
}
