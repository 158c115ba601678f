import { controlScheduleOf, cutScheduleOf, type Schedule } from '../../core/crash.ts';
import { fsyncAudit } from './fsync.ts';
import type { Campaign } from './campaign.ts';
import { Epoch, type Blow } from './epoch.ts';
import { killing } from './killing.ts';
import { imageBytes, ImageVolume } from './volumes.ts';

/**
 * Each round on a fresh image: a kill as the control (the page cache survives it), then a power cut. What was
 * acknowledged, and in the coordinator's hands, before the cut must be there afterwards.
 */
export async function powerLossRounds(campaign: Campaign): Promise<void> {
  const { rounds, filesystems } = campaign.setup.crash;
  const { rows, dims, seed } = campaign.setup.run.options;
  for (let n = 0; n < rounds && !campaign.interrupted; n++) {
    const type = filesystems[n % filesystems.length]!;
    let volume: ImageVolume | undefined;
    const epoch = await Epoch.begin(campaign.setup.run, type, async (directory, guard) => {
      return (volume = await ImageVolume.make(directory, guard, type, imageBytes(rows, dims)));
    });
    try {
      await volume!.sync();
      await campaign.add(
        epoch,
        await epoch.round(n, killing('all', controlScheduleOf(seed, n)), true),
      );
      await volume!.sync();
      await campaign.add(
        epoch,
        await epoch.round(n, cutting(volume!, cutScheduleOf(seed, n, filesystems.length))),
      );
    } finally {
      campaign.learn(epoch);
      await epoch.end();
    }
  }
  if (!campaign.interrupted) campaign.fsync = await fsyncAudit(campaign.setup.run);
}

function cutting(volume: ImageVolume, schedule: Schedule): Blow {
  return async (epoch, crew) => {
    const { session } = epoch;
    await epoch.untilDue(schedule);
    const atUs = epoch.strike(crew.members, crew);
    // Read before the cut: an acknowledgement that arrives later is in doubt.
    session.record([{ type: 'mark', name: 'cut', time: atUs }]);
    await volume.cut();
    await Promise.all(crew.children.map(async (child) => child.kill()));
    await volume.remount();
    return { killed: crew.members, atUs };
  };
}
