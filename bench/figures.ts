import type { Figure } from './harness/figure.ts';
import { audit } from './audit.ts';
import { checking } from './checking.ts';
import { cli } from './cli.ts';
import { crashing, crashMemory } from './crashing.ts';
import { generating } from './generating.ts';
import { isolated } from './isolated.ts';
import { judging, judgingEach, judgingUpdates } from './judging.ts';
import { many } from './many.ts';
import { matrix } from './matrix.ts';
import { outside } from './outside.ts';
import { owner } from './owner.ts';
import { reading } from './reading.ts';
import { seeding, seedingLarge } from './seeding.ts';
import { skew, spawning, spawnMany } from './spawning.ts';

/** All figures, in the order of the issues that demand them. */
export const figures: readonly Figure[] = [
  seeding,
  seedingLarge,
  reading,
  spawning,
  skew,
  cli,
  outside,
  judging,
  judgingUpdates,
  judgingEach,
  audit,
  generating,
  owner,
  isolated,
  matrix,
  crashing,
  crashMemory,
  checking,
  many,
  spawnMany,
];
