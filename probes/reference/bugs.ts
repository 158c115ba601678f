import type { PlantedBug } from '../../src/core/backend.ts';
import type { Role } from '../../src/core/names.ts';
import { LostConnection, UnexpectedConnection } from './audit-bugs.ts';
import { StoreConnection } from './connection.ts';
import { DirtyReadConnection } from './dirty-read.ts';
import { LongForkConnection } from './long-fork.ts';
import {
  DuplicateConnection,
  FracturedConnection,
  FrozenConnection,
  NonMonotonicConnection,
  OrphanConnection,
  PrefixHoleConnection,
  SearchGapConnection,
  StaleUpdateConnection,
  TornConnection,
} from './read-bugs.ts';
import { recoverSlowly } from './slow-recovery.ts';
import type { Store } from './store.ts';
import {
  AbortedReadConnection,
  EarlyAckConnection,
  LostUpdateConnection,
  NoFsyncConnection,
  NonAtomicConnection,
} from './write-bugs.ts';

/** A planted bug, and what it puts in the place of the correct parts. */
export interface Bug extends PlantedBug {
  readonly connection: new (store: Store, role: Role) => StoreConnection;
  /** Runs at each open of the database; what it returns, at its close. */
  readonly onOpen?: (path: string) => Promise<() => Promise<void>>;
}

/** One for each check, bearing its name (a peer alone can miss its own write), and those that only `crash` can see. */
export const bugs: readonly Bug[] = [
  {
    name: 'lost',
    text: 'after the run the last insert and what followed it are not there',
    fires: ['lost'],
    connection: LostConnection,
  },
  {
    name: 'duplicate',
    text: 'each poll returns its first row twice',
    fires: ['duplicate'],
    connection: DuplicateConnection,
  },
  {
    name: 'torn',
    text: 'a poll returns a row with one wrong bit in its embedding',
    fires: ['torn'],
    connection: TornConnection,
  },
  {
    name: 'fractured',
    text: 'readers see only the first half of the newest insert, until the next one',
    fires: ['fractured'],
    needs: { keys: 'own' },
    connection: FracturedConnection,
  },
  {
    name: 'prefix-hole',
    text: 'a poll shows the newest insert and not the one before it',
    fires: ['prefix-hole'],
    needs: { keys: 'own' },
    connection: PrefixHoleConnection,
  },
  {
    name: 'non-monotonic',
    text: 'every fourth poll comes from a time before the one before it',
    fires: ['non-monotonic'],
    connection: NonMonotonicConnection,
  },
  {
    name: 'long-fork',
    text: 'of two inserts made at once, each of two readers shows one and not the other',
    fires: ['long-fork'],
    needs: { keys: 'own', writers: 2, readers: 2 },
    connection: LongForkConnection,
  },
  {
    name: 'aborted-read',
    text: 'every third insert reports that it was rolled back, and its rows are there',
    fires: ['aborted-read'],
    needs: { keys: 'own' },
    connection: AbortedReadConnection,
  },
  {
    name: 'dirty-read',
    text: 'an insert fails at an unknown point, readers see its rows, and nothing of it was stored',
    fires: ['dirty-read'],
    needs: { keys: 'own' },
    connection: DirtyReadConnection,
  },
  {
    name: 'unexpected',
    text: 'after the run there is a row that nobody wrote, with the right checksum',
    fires: ['unexpected'],
    connection: UnexpectedConnection,
  },
  {
    name: 'orphan',
    text: 'one of the file rows that a reader asks for is not found',
    fires: ['orphan'],
    connection: OrphanConnection,
  },
  {
    name: 'search-gap',
    text: 'a search does not find the row whose embedding it searches for',
    fires: ['search-gap'],
    connection: SearchGapConnection,
  },
  {
    name: 'lost-update',
    text: 'every third increment is acknowledged and not made',
    fires: ['lost-update'],
    needs: { writers: 2, increment: 'sql' },
    connection: LostUpdateConnection,
  },
  {
    name: 'frozen',
    text: 'a reader sees the rows as they were when it connected, for ever',
    fires: ['frozen'],
    connection: FrozenConnection,
  },
  {
    name: 'stale-update',
    text: 'a re-embedding is visible from the next insert on, and the fourth insert is refused',
    fires: ['frozen'],
    needs: { keys: 'own' },
    connection: StaleUpdateConnection,
  },
  {
    name: 'early-ack',
    text: 'a commit is acknowledged 25 ms before it is made: a kill loses it',
    fires: [],
    crash: 'kill',
    connection: EarlyAckConnection,
  },
  {
    name: 'no-fsync',
    text: 'commits are not forced to the disk: a power cut loses them',
    fires: [],
    crash: 'power-loss',
    connection: NoFsyncConnection,
  },
  {
    name: 'non-atomic',
    text: 'an operation is committed in two halves, 25 ms apart: a kill leaves the first',
    fires: [],
    crash: 'kill',
    connection: NonAtomicConnection,
  },
  {
    name: 'slow-recovery',
    text: 'the first open after an unclean end takes 2 s longer',
    fires: [],
    crash: 'kill',
    connection: StoreConnection,
    onOpen: recoverSlowly,
  },
];
