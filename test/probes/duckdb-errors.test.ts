import { expect, test } from 'vitest';
import { duckdb } from '../../probes/duckdb.ts';

/** Messages as the driver gave them. */
const checkpointFailed =
  'FATAL Error: Transaction COMMIT succeeded and is durable, but the autocheckpoint failed. Reopen the database instance to recover. Failed to create checkpoint because of error: Could not write file "/p/x.db": No space left on device';

test.each([
  [
    'IO Error: Could not set lock on file "/p/x.db": Conflicting lock is held in /usr/bin/node (PID 21310). See also https://duckdb.org/docs/stable/connect/concurrency',
    { class: 'lock.conflict', outcome: 'fail', holder: 'PID 21310 (/usr/bin/node), a writer' },
  ],
  [
    'IO Error: Could not set lock on file "/p/x.db": Conflicting lock is held in /usr/bin/node (PID 21324). However, you would be able to open this database in read-only mode, e.g. by using the -readonly parameter in the CLI. See also https://duckdb.org/docs/stable/connect/concurrency',
    { class: 'lock.conflict', outcome: 'fail', holder: 'PID 21324 (/usr/bin/node), a reader' },
  ],
  [
    'TransactionContext Error: Failed to commit: Could not set lock on file "/p/x.db.wal"',
    { class: 'lock.conflict', outcome: 'fail' },
  ],
  [
    'Binder Error: Unique file handle conflict: Cannot attach "d" - the database file "/p/x.db" is already attached by database "e"',
    { class: 'lock.conflict', outcome: 'fail' },
  ],
  [
    "Connection Error: Can't open a connection to same database file with a different configuration than existing connections",
    { class: 'lock.conflict', outcome: 'fail' },
  ],
  [
    'Invalid Input Error: Cannot execute statement of type "CREATE" on database "x" which is attached in read-only mode!',
    { class: 'lock.readonly', outcome: 'fail' },
  ],
  ['TransactionContext Error: Conflict on update!', { class: 'txn.conflict', outcome: 'fail' }],
  [
    'IO Error: Cannot open database "/p/x.db" in read-only mode: database does not exist',
    { class: 'not_found', outcome: 'fail' },
  ],
  [
    'IO Error: Cannot open file "/p/a/x.db": No such file or directory',
    { class: 'not_found', outcome: 'fail' },
  ],
  [
    'IO Error: The file "/p/x.db" exists, but it is not a valid DuckDB database file!',
    { class: 'corrupt', outcome: 'fail' },
  ],
  [
    'IO Error: Failure while replaying WAL file "/p/x.db.wal": Corrupt WAL file: entry at byte position 16 computed checksum 1 does not match stored checksum 2',
    { class: 'corrupt', outcome: 'fail' },
  ],
  [
    'IO Error: Corrupted ALPRD segment: stored data_byte_offset (475621) exceeds the segments block size (262136)',
    { class: 'corrupt', outcome: 'info' },
  ],
  [checkpointFailed, { class: 'disk_full', outcome: 'ok' }],
  [
    `FATAL Error: Failed: database has been invalidated because of a previous fatal error. The database must be restarted prior to being used again.\nOriginal error: "${checkpointFailed}"`,
    { class: 'instance.invalid', outcome: 'fail' },
  ],
  [
    'TransactionContext Error: Failed to commit: Could not write file "/p/x.db.wal": No space left on device',
    { class: 'disk_full', outcome: 'fail' },
  ],
  [
    'IO Error: Could not write file "/p/x.db": No space left on device',
    { class: 'disk_full', outcome: 'info' },
  ],
  [
    'Out of Memory Error: failed to allocate data of size 12.0 MiB (40.0 MiB/50.0 MiB used)',
    { class: 'oom', outcome: 'info' },
  ],
  ['INTERRUPT Error: Interrupted!', { class: 'deadline', outcome: 'info' }],
  ['Failed to query: connection disconnected', { class: 'instance.invalid', outcome: 'fail' }],
  ['IO Error: Could not read from file "/p/x.db"', { class: 'io', outcome: 'info' }],
  [
    'Binder Error: array_cosine_distance: Array arguments must be of the same size',
    { class: 'unclassified', outcome: 'fail' },
  ],
])('classifies: %s', (message, classified) => {
  expect(duckdb.classify(new Error(message))).toEqual(classified);
});
