import { scheduleOf } from '../../core/crash.ts';
import { delay } from '../../system/delay.ts';
import { fsyncAudit } from './fsync.ts';
import type { Campaign } from './campaign.ts';
import { Epoch, killing, type Blow } from './epoch.ts';
import { imageBytes, ImageVolume } from './volumes.ts';

/** Acknowledgements must pile up before the cut, or there is nothing to lose. */
const WORK_BEFORE_CUT = 4;

/**
 * Each round on a fresh image: a kill as the control (the page cache survives it), then a power cut. What was
 * acknowledged, and in the coordinator's hands, before the cut must be there afterwards.
 */
export async function powerLossRounds(campaign: Campaign): Promise<void> {
  const { rounds, filesystems } = campaign.setup.crash;
  const { rows, dims } = campaign.setup.run.options;
  for (let n = 0; n < rounds && !campaign.interrupted; n++) {
    const type = filesystems[n % filesystems.length]!;
    let volume: ImageVolume | undefined;
    const epoch = await Epoch.begin(campaign.setup.run, type, async (directory, guard) => {
      return (volume = await ImageVolume.make(directory, guard, type, imageBytes(rows, dims)));
    });
    try {
      await volume!.sync();
      await campaign.add(epoch, await epoch.round(n, killing('all'), true));
      await volume!.sync();
      await campaign.add(epoch, await epoch.round(n, cutting(volume!)));
    } finally {
      campaign.learn(epoch);
      await epoch.end();
    }
  }
  if (!campaign.interrupted) campaign.fsync = await fsyncAudit(campaign.setup.run);
}

function cutting(volume: ImageVolume): Blow {
  return async ({ session }, crew, n) => {
    const { seed } = session.setup.options;
    await delay(scheduleOf(seed, n).delayMs * WORK_BEFORE_CUT, session.setup.interrupt.first);
    // Read before the cut: an acknowledgement that arrives later is in doubt.
    session.record([{ type: 'mark', name: 'cut', time: session.nowUs() }]);
    await volume.cut();
    await Promise.all(crew.children.map(async (child) => child.kill()));
    await volume.remount();
    return crew.members;
  };
}
