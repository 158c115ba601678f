import { mkdtemp, rmdir, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Backend } from '../core/backend.ts';
import { formatBytes } from '../core/count-text.ts';
import { UsageError, messageOf } from '../core/errors.ts';
import type { RunOptions } from '../core/options.ts';
import { formerMarkerOf, makerOf, markerOf, SECRET_BYTES } from '../experiment/marker.ts';
import { makeFolder } from '../store/make-folder.ts';
import { exists } from '../system/exists.ts';
import { checkLength } from './path-length.ts';

/** Bytes of one seed row beside its embedding, as both drivers store it, rounded up. */
const ROW_BYTES = 400;
/** What is written on top of the seed: re-embedded rows, indexes, logs. */
const GROWTH = 2.2;

/** Refuses a path that cannot be created, or that is not ours to replace; nothing at it is touched. */
export async function checkDbPath(
  path: string,
  backend: Backend,
  overwrite: boolean,
): Promise<void> {
  const option = `option '--db ${path}'`;
  const marker = markerOf(path);
  const beside = [...backend.sideFiles(path), marker];
  checkLength(option, path, [...beside, formerMarkerOf(path, 'x'.repeat(2 * SECRET_BYTES))]);
  await checkParent(option, dirname(path));
  const { kind, who } = await makerOf(path);
  for (const taken of [path, ...beside]) {
    if (kind !== 'others' || !(await isThere(taken))) continue;
    throw new UsageError(
      `${option}: ${taken} exists and was not made by probe, which never overwrites what is not its own; give a path at which nothing is: probe makes a database of its own there, and cannot test one that exists`,
    );
  }
  if (kind === 'running run') {
    throw new UsageError(`${option}: a run that still goes on uses it (${who})`);
  }
  if (kind === 'unknown run') {
    throw new UsageError(
      `${option}: a run that may still go on uses it (${who}); if it has ended, remove ${marker} and ${path}`,
    );
  }
  if (kind === 'ended run' && !overwrite) {
    throw new UsageError(`${option}: an earlier run made it; give '--overwrite' to replace it`);
  }
}

/** Refuses a temporary directory that cannot be used, and more rows than the disk has room for, with both figures. */
export async function checkDiskSpace(options: RunOptions, path: string | null): Promise<void> {
  const { rows, dims, access, readers, writers } = options;
  const bytes = Math.ceil(rows * (dims * 4 + ROW_BYTES) * GROWTH);
  const temporary = 'the temporary directory (TMPDIR)';
  checkLength(temporary, tmpdir());
  await tryOut(temporary, tmpdir());
  // The first of the copies is the seeded database itself.
  const copiesBytes = access === 'isolated' ? bytes * (readers + writers - 1) : 0;
  const folder = path === null ? tmpdir() : dirname(path);
  const [{ dev: databaseDevice }, { dev: copiesDevice }] = await Promise.all([
    stat(folder),
    stat(tmpdir()),
  ]);
  const needs: [where: string, neededBytes: number][] =
    databaseDevice === copiesDevice
      ? [[folder, bytes + copiesBytes]]
      : [
          [folder, bytes],
          [tmpdir(), copiesBytes],
        ];
  for (const [where, neededBytes] of needs) {
    const { bavail, bsize } = await statfs(where);
    const freeBytes = bavail * bsize;
    if (neededBytes <= freeBytes) continue;
    throw new UsageError(
      `options '--rows ${rows}' and '--dims ${dims}' need about ${formatBytes(neededBytes)} in ${where}, where ${formatBytes(freeBytes)} are free`,
    );
  }
}

/** Refuses a folder in which no result could be saved at the end; creates it if it is missing. */
export async function checkResultsDir(dir: string): Promise<void> {
  const option = `option '--results ${dir}'`;
  checkLength(option, dir);
  await tryOut(option, dir, async () => makeFolder(dir));
}

async function checkParent(option: string, parent: string): Promise<void> {
  if (!(await isThere(parent))) {
    throw new UsageError(`${option}: the folder ${parent} does not exist`);
  }
  await tryOut(option, parent);
}

/** What permissions, read-only mounts and special file systems allow is not to be computed: it creates something. */
async function tryOut(
  option: string,
  folder: string,
  prepare?: () => Promise<void>,
): Promise<void> {
  try {
    await prepare?.();
    await rmdir(await mkdtemp(join(folder, '.probe-')));
  } catch (error) {
    throw new UsageError(`${option}: nothing can be created in ${folder} (${messageOf(error)})`);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return await exists(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be looked at (${messageOf(error)})`);
  }
}
