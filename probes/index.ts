import type { Backend } from '../src/core/backend.ts';

/** Name -> loader. A new backend is one file here and one line below. */
const loaders: Record<string, () => Promise<Backend>> = {
  duckdb: async () => (await import('./duckdb.ts')).duckdb,
  lancedb: async () => (await import('./lancedb.ts')).lancedb,
  reference: async () => (await import('./reference.ts')).reference,
};

export const backendNames: readonly string[] = Object.keys(loaders);

/** The backend of this name; its driver is not loaded yet. Undefined if there is none. */
export async function loadBackend(name: string): Promise<Backend | undefined> {
  return Object.hasOwn(loaders, name) ? loaders[name]!() : undefined;
}
