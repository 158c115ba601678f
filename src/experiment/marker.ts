/** The marker beside a database that says whose it is: what no marker of ours names is never touched. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { UsageError } from '../core/errors.ts';
import { exists } from '../system/exists.ts';
import type { Guard } from './guard.ts';
import { isOwnerAlive, ownIdentity } from './owner-file.ts';

const TOOL = 'probe';

/** The sibling that marks a database as made by this tool. */
export function markerOf(databasePath: string): string {
  return `${databasePath}.probe.json`;
}

/** What the marker of this path says: the database was made by a run that is over, by one that goes on, or by others. */
export async function makerOf(
  databasePath: string,
): Promise<'ended run' | 'running run' | 'others'> {
  const text = await textOf(markerOf(databasePath));
  if (!isMarker(text)) return 'others';
  return isOwnerAlive(text) ? 'running run' : 'ended run';
}

/** A path that a run takes for its database. */
interface Claim {
  path: string;
  /** The path, and what the driver may put beside it. */
  paths: string[];
  backend: string;
  /** Replace what an ended run has left there. */
  overwrite: boolean;
  guard: Guard;
  /** Unique to this run. */
  secret: string;
}

/**
 * Makes the path this run's own. Only one run can make the marker: of two that were started together the second touches
 * nothing. Throws a {@link UsageError} if somebody else was quicker.
 */
export async function claim({
  path,
  paths,
  backend,
  overwrite,
  guard,
  secret,
}: Claim): Promise<void> {
  const marker = markerOf(path);
  const former = `${marker}.${secret}`;
  const late = (): UsageError =>
    new UsageError(`option '--db ${path}': another run has just taken it`);
  guard.path(former);
  if (overwrite && (await makerOf(path)) === 'ended run') {
    await rename(marker, former).catch(otherwise('ENOENT', late));
  }
  if (isOwnerAlive(await textOf(former))) {
    // Another run was as quick: what was taken is its marker.
    await rename(former, marker);
    throw late();
  }
  const text = JSON.stringify({ tool: TOOL, backend, ...ownIdentity() });
  await writeFile(marker, `${text}\n`, { flag: 'wx' }).catch(otherwise('EEXIST', late));
  if (await exists(former)) {
    for (const old of [...paths, former]) await rm(old, { recursive: true, force: true });
  }
  for (const taken of paths) {
    if (!(await exists(taken))) continue;
    await rm(marker);
    throw new UsageError(`option '--db ${path}': somebody has just made ${taken}`);
  }
}

/** Throws what `instead` makes where the system said this code, else what it threw. */
function otherwise(code: string, instead: () => Error): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    throw error.code === code ? instead() : error;
  };
}

/** Nothing where there is no file that can be read. */
async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

function isMarker(text: string): boolean {
  try {
    const marker: unknown = JSON.parse(text);
    return marker instanceof Object && 'tool' in marker && marker.tool === TOOL;
  } catch {
    return false;
  }
}
