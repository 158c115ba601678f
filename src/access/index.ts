import type { AccessName } from '../core/names.ts';
import type { Access } from './access.ts';
import { connections } from './connections.ts';
import { isolated } from './isolated.ts';
import { owner } from './owner.ts';
import { processes } from './processes.ts';
import { reopen } from './reopen.ts';
import { threads } from './threads.ts';

/** A new access is one file here and one line below. */
const accesses: Record<AccessName, Access> = {
  processes,
  reopen,
  owner,
  isolated,
  threads,
  connections,
};

export function accessOf(name: AccessName): Access {
  return accesses[name];
}
