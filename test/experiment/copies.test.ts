/** Copies of a database, and mounts below links: what the system is asked for. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Guard } from '../../src/experiment/guard.ts';
import { copyTree } from '../../src/experiment/place.ts';
import { IMAGE_BYTES, ImageVolume } from '../../src/experiment/crash/volumes.ts';
import { mountsBelow } from '../../src/system/mounts.ts';
import { skipReason } from '../support/crash.ts';
import { temporaryDirectory } from '../support/run.ts';
import { smallDisk } from '../support/small-disk.ts';

const noXfs = await skipReason('power-loss', ['xfs']);
const noSmallDisk = await skipReason('disk-full', []);

it.skipIf(noXfs !== '')(`a copy shares its blocks where the file system can${noXfs}`, async () => {
  const directory = await temporaryDirectory();
  const guard = new Guard();
  const volume = await ImageVolume.make(directory, guard, 'xfs', IMAGE_BYTES);
  try {
    const bytes = 32 * 2 ** 20;
    const [db, copy] = [join(volume.directory, 'db'), join(volume.directory, 'copy')];
    mkdirSync(db);
    writeFileSync(join(db, 'rows'), Buffer.alloc(bytes, 'rows'));
    const freeBytes = (): number => {
      execFileSync('sync', ['-f', volume.directory]);
      const { bavail, bsize } = statfsSync(volume.directory);
      return bavail * bsize;
    };
    const before = freeBytes();
    await copyTree(db, copy);
    expect(before - freeBytes()).toBeLessThan(bytes / 4);
    expect(readFileSync(join(copy, 'rows')).equals(readFileSync(join(db, 'rows')))).toBe(true);
  } finally {
    await volume.release();
    await guard.close();
  }
});

it.skipIf(noSmallDisk !== '')(
  `a mount is found by the path of a link as well, or what lies on it would be removed${noSmallDisk}`,
  async () => {
    const disk = await smallDisk(2 ** 20);
    const directory = await temporaryDirectory();
    const link = join(directory, 'link');
    symlinkSync(join(disk, '..'), link);
    expect(mountsBelow(link)).toContain(join(link, disk.slice(disk.lastIndexOf('/') + 1)));
  },
);
