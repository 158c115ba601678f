/** The marker beside a database that says whose it is: what no marker of ours names is never touched. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { messageOf, UsageError } from '../core/errors.ts';
import { exists } from '../system/exists.ts';
import type { Guard } from './guard.ts';
import { ownIdentity, readIdentity, standingOf } from './owner-file.ts';

const TOOL = 'probe';

/** The sibling that marks a database as made by this tool. */
export function markerOf(databasePath: string): string {
  return `${databasePath}.probe.json`;
}

/** Bytes of the secret of a run; it is written with two digits each. */
export const SECRET_BYTES = 16;

/** Where the run with this secret puts the marker of an earlier run while it takes the path over. */
export function formerMarkerOf(databasePath: string, secret: string): string {
  return `${markerOf(databasePath)}.${secret}`;
}

/** Who made a database: a run that is over, a run that is not, one of which nobody can tell, or no run at all. */
export interface Maker {
  kind: 'ended run' | 'running run' | 'unknown run' | 'others';
  /** The process in words. */
  who: string;
}

/** Whom the marker of this path names. */
export async function makerOf(databasePath: string): Promise<Maker> {
  return makerNamedIn(markerOf(databasePath));
}

const OTHERS: Maker = { kind: 'others', who: 'others' };
const KINDS = { gone: 'ended run', running: 'running run', unknown: 'unknown run' } as const;

async function makerNamedIn(marker: string): Promise<Maker> {
  // Where no file can be read nothing says that it is ours.
  const text = await readIdentity(marker).catch(() => '');
  const says = parse(text);
  if (says?.['tool'] !== TOOL) return OTHERS;
  // A run that has ended in order has taken its name out.
  if (!('pid' in says)) return { kind: 'ended run', who: 'a run that has ended' };
  const { state, who } = standingOf(text);
  return { kind: KINDS[state], who };
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
 * nothing. Throws a {@link UsageError} if somebody else was quicker, or if the file system does not allow it.
 */
export async function claim(claimed: Claim): Promise<void> {
  try {
    await take(claimed);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`option '--db ${claimed.path}': it cannot be taken (${messageOf(error)})`);
  }
}

async function take({ path, paths, backend, overwrite, guard, secret }: Claim): Promise<void> {
  const marker = markerOf(path);
  const former = formerMarkerOf(path, secret);
  const late = (): UsageError =>
    new UsageError(`option '--db ${path}': another run has just taken it`);
  guard.path(former);
  if (overwrite && (await makerOf(path)).kind === 'ended run') {
    await rename(marker, former).catch(otherwise('ENOENT', late));
    if ((await makerNamedIn(former)).kind !== 'ended run') {
      // Another run was as quick: what was taken is its marker.
      await rename(former, marker);
      throw late();
    }
  }
  await writeMarker(marker, ownText(backend), late);
  if (await exists(former)) {
    for (const old of [...paths, former]) await rm(old, { recursive: true, force: true });
  }
  for (const taken of paths) {
    if (!(await exists(taken))) continue;
    await rm(marker);
    throw new UsageError(`option '--db ${path}': somebody has just made ${taken}`);
  }
}

function ownText(backend: string): string {
  return `${JSON.stringify({ tool: TOOL, backend, ...ownIdentity() })}\n`;
}

async function writeMarker(marker: string, text: string, late: () => Error): Promise<void> {
  await writeFile(marker, text, { flag: 'wx' }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw late();
    // On a full disk half of it may be there.
    await rm(marker, { force: true });
    throw error;
  });
}

/**
 * Takes the name of this run out of the marker of a database that is kept: it has ended, which nobody could tell
 * from another container, or after the next start of this host.
 */
export async function release(path: string, backend: string, secret: string): Promise<void> {
  const [marker, former] = [markerOf(path), formerMarkerOf(path, secret)];
  try {
    // Somebody may have taken the path over by hand.
    if ((await readIdentity(marker)) !== ownText(backend)) return;
    await writeFile(former, `${JSON.stringify({ tool: TOOL, backend })}\n`);
    await rename(former, marker);
  } catch {
    // As on a full disk. It keeps the name: whoever sees the processes of this host can tell that the run has ended.
    await rm(former, { force: true });
  }
}

/** Throws what `instead` makes where the system said this code, else what it threw. */
function otherwise(code: string, instead: () => Error): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    throw error.code === code ? instead() : error;
  };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value instanceof Object ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
