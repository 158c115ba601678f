import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Backend } from '../core/backend.ts';
import { CannotRunError, messageOf } from '../core/errors.ts';
import { exists } from '../system/exists.ts';
import { temporaryOf } from './children-file.ts';
import type { Guard } from './guard.ts';
import { claim, markerOf, release, SECRET_BYTES } from './marker.ts';
import { OWNER_FILE, ownerText } from './owner-file.ts';

export interface DatabaseChoice {
  /** The user's path; null = a temporary directory of the run. */
  path: string | null;
  keep: boolean;
  overwrite: boolean;
}

/** A file system of the run's own, mounted inside its directory. */
export interface Volume {
  directory: string;
  /** Unmounts it; what lies on it is gone. */
  release(): Promise<void>;
}

export const RUN_DIRECTORY_PREFIX = 'probe-run-';

/** Where one run puts its database, its copies and its private files; all of it is named to the guard before it is made. */
export class RunPlace {
  readonly directory: string;
  /** For the temporary files of its processes. */
  readonly temporary: string;
  /** An existing directory on the database's file system. */
  readonly directoryOfDatabase: string;
  readonly path: string;
  /** Known to the processes of this run only. */
  readonly secret = randomBytes(SECRET_BYTES).toString('hex');
  readonly #backend: Backend;
  readonly #guard: Guard;
  readonly #choice: DatabaseChoice;

  #volume: Volume | undefined;

  private constructor(
    backend: Backend,
    guard: Guard,
    choice: DatabaseChoice,
    directory: string,
    volume: Volume | undefined,
  ) {
    this.#volume = volume;
    this.#backend = backend;
    this.#guard = guard;
    this.#choice = choice;
    this.directory = directory;
    this.temporary = temporaryOf(directory);
    this.path = choice.path ?? join(volume?.directory ?? directory, 'db');
    this.directoryOfDatabase = dirname(this.path);
  }

  static async make(
    backend: Backend,
    guard: Guard,
    choice: DatabaseChoice,
    mount?: (directory: string) => Promise<Volume>,
  ): Promise<RunPlace> {
    const directory = join(tmpdir(), `${RUN_DIRECTORY_PREFIX}${randomBytes(6).toString('hex')}`);
    guard.path(directory);
    await makeRunDirectory(directory);
    const volume = await mount?.(directory);
    const place = new RunPlace(backend, guard, choice, directory, volume);
    if (choice.path !== null) await place.#claim();
    return place;
  }

  /** From here on the user's path is ours, and goes with the run unless it is to be kept. */
  async #claim(): Promise<void> {
    const paths = [this.path, ...this.#backend.sideFiles(this.path)];
    const { overwrite, keep } = this.#choice;
    const { name: backend } = this.#backend;
    const { path, secret } = this;
    await claim({ path, paths, backend, overwrite, guard: this.#guard, secret });
    if (!keep) for (const own of this.#databasePaths()) this.#guard.path(own);
  }

  /** Copies the seeded database, with what the driver keeps beside it, while nobody has it open. */
  async copyTo(path: string): Promise<void> {
    await copyTree(this.path, path);
    const targets = this.#backend.sideFiles(path);
    for (const [i, side] of this.#backend.sideFiles(this.path).entries()) {
      if (await exists(side)) await copyTree(side, targets[i]!);
    }
  }

  /** Throws a {@link CannotRunError} if somebody has removed the run's own directory. */
  async confirm(): Promise<void> {
    const removal = await this.#removal();
    if (removal !== undefined) throw removal;
  }

  /** Why something failed: if somebody has removed the run's own directory that, whatever its processes met since then. */
  async cause(error: unknown): Promise<unknown> {
    return (await this.#removal()) ?? error;
  }

  /** A cleaner of old temporary files does that; what is missing then says nothing of the database. */
  async #removal(): Promise<CannotRunError | undefined> {
    for (const own of [join(this.directory, OWNER_FILE), this.temporary]) {
      if (await exists(own).catch(() => false)) continue;
      return new CannotRunError(
        `the directory of this run was removed while it went on: ${own} is gone; ` +
          'let nothing clean that directory, or set TMPDIR to another one.',
      );
    }
    return undefined;
  }

  /** Removes what the run made; a database of the user's choice stays if it is to be kept. */
  async remove(): Promise<void> {
    if (this.#choice.path !== null && this.#choice.keep) {
      await release(this.path, this.#backend.name, this.secret);
    } else if (this.#choice.path !== null) {
      await removePaths(this.#databasePaths());
      for (const path of this.#databasePaths()) this.#guard.removed(path);
    }
    await this.#volume?.release();
    await removePaths([this.directory]);
    this.#guard.removed(this.directory);
  }

  #databasePaths(): string[] {
    return [this.path, ...this.#backend.sideFiles(this.path), markerOf(this.path)];
  }
}

/** Makes the directory of a run, and says in it who made it: a start that finds it without its owner may offer to remove it. */
async function makeRunDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 });
    await writeFile(join(directory, OWNER_FILE), ownerText());
    await mkdir(temporaryOf(directory));
  } catch (error) {
    throw new CannotRunError(`the directory of the run cannot be made: ${messageOf(error)}`);
  }
}

/** Copies a file, or a directory with all that is in it; where the file system can, the copy shares its blocks. */
export async function copyTree(from: string, to: string): Promise<void> {
  try {
    await cp(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE });
  } catch (error) {
    throw new CannotRunError(`${from} cannot be copied: ${messageOf(error)}`);
  }
}

async function removePaths(paths: string[]): Promise<void> {
  for (const path of paths) {
    await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}
