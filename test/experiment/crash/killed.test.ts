/** The coordinator of a campaign killed with SIGKILL: its guard leaves no mount, loop device, process or file. */
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { mountsBelow } from '../../../src/system/mounts.ts';
import { skipReason } from '../../support/crash.ts';
import { alive, kill, loopFilesBelow, startCrash } from '../../support/killed.ts';
import { temporaryDirectory } from '../../support/run.ts';

const noSmallDisk = await skipReason('disk-full', []);
const noImages = await skipReason('power-loss', ['xfs']);

const NOTHING = { processes: [], mounts: [], loops: [], files: [] };

/** What is left of a campaign whose coordinator was killed while its database was mounted. */
async function leftOf(...args: string[]) {
  const tmp = await temporaryDirectory();
  const running = await startCrash(tmp, ...args);
  expect(mountsBelow(tmp)).toHaveLength(1);
  await kill(running, false);
  const living = (): number[] => alive(running.children);
  // The guard is one of them: once it has ended, it has done what it could.
  await expect.poll(living, { timeout: 10_000 }).toEqual([]);
  const mounts = mountsBelow(tmp);
  return { processes: living(), mounts, loops: loopFilesBelow(tmp), files: readdirSync(tmp) };
}

it.skipIf(noSmallDisk !== '')(`nothing is left of one on a small disk${noSmallDisk}`, async () => {
  expect(await leftOf('--mode', 'disk-full')).toEqual(NOTHING);
});

it.skipIf(noImages !== '')(`nothing is left of one with power cuts${noImages}`, async () => {
  expect(await leftOf('--mode', 'power-loss', '--filesystem', 'xfs')).toEqual(NOTHING);
});
