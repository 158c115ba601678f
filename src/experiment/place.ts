import { randomBytes } from 'node:crypto';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Backend } from '../core/backend.ts';
import type { Guard } from './guard.ts';
import { claim, markerOf } from './marker.ts';
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
  readonly secret = randomBytes(16).toString('hex');
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
    this.temporary = join(directory, 'tmp');
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
    await mkdir(directory, { mode: 0o700 });
    // Who made it: a start that finds it without its owner may offer to remove it.
    await writeFile(join(directory, OWNER_FILE), ownerText());
    const volume = await mount?.(directory);
    const place = new RunPlace(backend, guard, choice, directory, volume);
    await mkdir(place.temporary);
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
    await cp(this.path, path, { recursive: true });
    const targets = this.#backend.sideFiles(path);
    for (const [i, side] of this.#backend.sideFiles(this.path).entries()) {
      await cp(side, targets[i]!, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
  }

  /** Removes what the run made; a database of the user's choice stays if it is to be kept. */
  async remove(): Promise<void> {
    if (this.#choice.path !== null && !this.#choice.keep) {
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

async function removePaths(paths: string[]): Promise<void> {
  for (const path of paths) {
    await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}
