import type { Command } from 'commander';
import { backendNames } from '../../probes/index.ts';
import { UsageError } from '../core/errors.ts';

/** Databases that users ask for first, and for which there is no backend. */
const KNOWN_ENGINES: readonly string[] = [
  ...['sqlite', 'sqlite3', 'better-sqlite3', 'libsql', 'turso', 'node:sqlite', 'sql.js'],
  ...['leveldb', 'level', 'rocksdb', 'lmdb', 'berkeleydb', 'pglite', 'postgres', 'mysql'],
  ...['chroma', 'chromadb', 'qdrant', 'kuzu', 'nedb', 'lowdb', 'realm', 'surrealdb', 'h2'],
];

/**
 * Refuses a first word that is no command, before options are looked at: with `--help` behind it, commander would show
 * the help of the whole program, as if the word had been one.
 */
export async function refuseUnknownCommand(
  program: Command,
  args: readonly string[],
): Promise<void> {
  const [name] = args;
  if (name === undefined || name.startsWith('-')) return;
  if (program.commands.some((command) => command.name() === name)) return;
  if (isKnownEngine(name)) throw new UsageError(noBackendText(name));
  // Commander knows what it is like.
  await program.parseAsync([name], { from: 'user' });
}

const isKnownEngine = (name: string): boolean => KNOWN_ENGINES.includes(name.toLowerCase());

/** That there is no backend of this name, and which there are. */
export function noBackendText(name: string): string {
  const names = backendNames.join(', ');
  return isKnownEngine(name)
    ? `probe has no backend for ${name} yet; it has: ${names}`
    : `'${name}' is no backend; there are: ${names}`;
}
