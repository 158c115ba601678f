import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Guard } from '../../src/experiment/guard.ts';

/** One temporary directory for all figures; with its processes it goes even if the bench is killed. */
export class Place {
  readonly directory: string;
  readonly guard: Guard;
  #next = 0;

  private constructor(directory: string, guard: Guard) {
    this.directory = directory;
    this.guard = guard;
  }

  static async make(): Promise<Place> {
    const guard = new Guard();
    const directory = await mkdtemp(join(tmpdir(), 'probe-bench-'));
    guard.path(directory);
    return new Place(directory, guard);
  }

  /** A directory for the time of `use`. */
  async during<T>(use: (directory: string) => Promise<T>): Promise<T> {
    const directory = join(this.directory, String(this.#next++));
    await mkdir(directory);
    try {
      return await use(directory);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
    this.guard.removed(this.directory);
    await this.guard.close();
  }
}
