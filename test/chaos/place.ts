import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, symlinkSync, writeSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Guard } from '../../src/experiment/guard.ts';
import { messageOf } from '../../src/core/errors.ts';
import { mountsBelow } from '../../src/system/mounts.ts';
import type { Disk, Stray } from './faults.ts';

const SMALL_DISK = '16m';
/** Has the shape of a run's directory. */
const STRAY_NAME = 'probe-run-0123456789ab';
const FILLER = 'filler';

/** The directories of one chaos run. They go with it, even if it is killed. */
export class ChaosPlace {
  readonly directory: string;
  readonly guard: Guard;
  /** What the program has for TMPDIR. */
  readonly tmp: string;
  readonly results: string;
  /** Names in TMPDIR that are not the program's. */
  readonly strays: string[] = [];

  private constructor(directory: string, guard: Guard) {
    this.directory = directory;
    this.guard = guard;
    this.tmp = join(directory, 'tmp');
    this.results = join(directory, 'results');
    for (const path of [this.tmp, this.results]) mkdirSync(path);
  }

  static async make(): Promise<ChaosPlace> {
    const guard = new Guard();
    const directory = await mkdtemp(join(tmpdir(), 'probe-chaos-'));
    guard.path(directory);
    return new ChaosPlace(directory, guard);
  }

  /** Makes this directory a disk of some MiB. */
  mountSmall(disk: Disk): void {
    const point = this[disk];
    this.guard.undo(point, ['umount', '-l', point]);
    must('mount', '-t', 'tmpfs', '-o', `size=${SMALL_DISK}`, 'tmpfs', point);
  }

  /** Takes what is free on this disk. */
  fill(disk: Disk): void {
    const file = openSync(join(this[disk], FILLER), 'w');
    const bytes = Buffer.alloc(2 ** 16);
    try {
      for (;;) writeSync(file, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  /** Frees it again. */
  async free(disk: Disk): Promise<void> {
    await rm(join(this[disk], FILLER), { force: true });
  }

  /** Somebody removes this directory, while others may still be making files in it. */
  async vanish(disk: Disk): Promise<void> {
    await rm(this[disk], { recursive: true, force: true, maxRetries: 20, retryDelay: 5 });
  }

  async putStray(stray: Stray): Promise<void> {
    const path = join(this.tmp, STRAY_NAME);
    this.strays.push(STRAY_NAME);
    if (stray === 'file') await writeFile(path, 'not a run');
    if (stray === 'FIFO') must('mkfifo', path);
    if (stray === 'dangling link') symlinkSync(join(this.tmp, 'nowhere'), path);
    if (stray === 'directory without rights') {
      mkdirSync(path);
      chmodSync(path, 0);
    }
  }

  async remove(): Promise<void> {
    for (const point of mountsBelow(this.directory)) must('umount', '-l', point);
    for (const disk of ['tmp', 'results'] as const) this.guard.undone(this[disk]);
    await rm(this.directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    this.guard.removed(this.directory);
    await this.guard.close();
  }
}

function must(program: string, ...args: string[]): void {
  const { error, status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined) throw new Error(`${program}: ${messageOf(error)}`);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr.trim()}`);
}
