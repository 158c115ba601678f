import { scheduleOf } from '../../core/crash.ts';
import { failed } from '../../core/durability.ts';
import type { Campaign } from './campaign.ts';
import { Epoch } from './epoch.ts';
import { killing } from './killing.ts';

/**
 * Rounds on one database before it is seeded anew: keeps the time of an audit, the memory and the number of fragments the
 * same in the thousandth round as in the first.
 */
const ROUNDS_PER_EPOCH = 20;

/** Kill, recover, audit, and on from the survived state. */
export async function killRounds(campaign: Campaign): Promise<void> {
  const { rounds, victim } = campaign.setup.crash;
  const { seed } = campaign.setup.run.options;
  let n = 0;
  while (n < rounds && !campaign.interrupted) {
    const epoch = await Epoch.begin(campaign.setup.run);
    try {
      for (let i = 0; i < ROUNDS_PER_EPOCH && n < rounds && !campaign.interrupted; i++) {
        const judged = await epoch.round(n, killing(victim, scheduleOf(seed, n)));
        n++;
        await campaign.add(epoch, judged);
        // What a broken database does next says nothing.
        if (failed(judged.round)) break;
      }
    } finally {
      campaign.learn(epoch);
      await epoch.end();
    }
  }
}
