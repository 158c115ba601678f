import type { Classified } from '../../src/core/errors.ts';
import type { ErrorClass, Outcome } from '../../src/core/names.ts';

/**
 * The driver's errors have no code: the message is all there is. The first match counts. `fail` where the statement was
 * refused before it began, or DuckDB says that it rolled the transaction back.
 */
const MESSAGES: readonly (readonly [RegExp, ErrorClass, Outcome])[] = [
  // Quotes the fatal error that came before, so it must be told apart first.
  [/database has been invalidated/, 'instance.invalid', 'fail'],
  [/COMMIT succeeded and is durable.*No space left/s, 'disk_full', 'ok'],
  [/COMMIT succeeded and is durable/, 'io', 'ok'],
  [/Could not set lock on file|Conflicting lock is held/, 'lock.conflict', 'fail'],
  [/Unique file handle conflict|different configuration than existing/, 'lock.conflict', 'fail'],
  [/read-only mode: database does not exist/, 'not_found', 'fail'],
  [/in read-only mode|readonly database/, 'lock.readonly', 'fail'],
  [/Failed to commit:.*No space left/s, 'disk_full', 'fail'],
  [/No space left on device|Disk quota exceeded/, 'disk_full', 'info'],
  [/Conflict on (update|tuple deletion)|write-write conflict/i, 'txn.conflict', 'fail'],
  [/PRIMARY KEY or UNIQUE constraint|violates primary key constraint/, 'txn.conflict', 'fail'],
  [/transaction is aborted/, 'txn.conflict', 'fail'],
  [/Failed to commit:/, 'io', 'fail'],
  [/not a valid DuckDB database file|Failure while replaying WAL/, 'corrupt', 'fail'],
  [/corrupt|computed checksum|SerializationException|Serialization Error/i, 'corrupt', 'info'],
  [/Out of Memory Error|failed to allocate/, 'oom', 'info'],
  [/INTERRUPT Error/, 'deadline', 'info'],
  [/No such file or directory|Table with name .* does not exist/, 'not_found', 'fail'],
  [/connection disconnected|instance closed|^Connection Error/, 'instance.invalid', 'fail'],
  [/^IO Error/, 'io', 'info'],
  [/^(FATAL|INTERNAL) Error/, 'instance.invalid', 'info'],
  [/^(Parser|Binder|Catalog|Conversion|Constraint|Invalid Input) Error/, 'unclassified', 'fail'],
];

/** What one of DuckDB's errors says about the operation, and about who was in the way. */
export function classify(error: unknown): Classified {
  const message = error instanceof Error ? error.message : String(error);
  const [, name, outcome] = MESSAGES.find(([pattern]) => pattern.test(message)) ?? [];
  const classified: Classified = { class: name ?? 'unclassified', outcome: outcome ?? 'info' };
  const holder = holderIn(message);
  return holder === undefined ? classified : { ...classified, holder };
}

/** DuckDB adds how one could still read exactly when the holders only read. */
function holderIn(message: string): string | undefined {
  const [, program, pid] = /held in (.+) \(PID (\d+)\)/.exec(message) ?? [];
  if (pid === undefined) return undefined;
  const reads = message.includes('you would be able to open this database in read-only mode');
  return `PID ${pid} (${program}), a ${reads ? 'reader' : 'writer'}`;
}
