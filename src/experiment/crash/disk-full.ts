import type { Event } from '../../core/history.ts';
import { delay } from '../../system/delay.ts';
import { within } from '../../system/within.ts';
import { interruption } from '../interrupt.ts';
import type { Campaign } from './campaign.ts';
import { Epoch, type Blow } from './epoch.ts';
import { loadedBytes, smallVolume } from './volumes.ts';

/** Beyond the seed and its copies while it is loaded: what the writer has until the disk is full. */
const ROOM_BYTES = 12 * 2 ** 20;
/** Until then the disk must be full. */
const FULL_LIMIT_MS = 60_000;
/** How long all go on with a full disk. */
const FULL_MS = 2000;

/** A disk that is full: what fails, whether reads go on, whether it opens again, whether anything acknowledged is lost. */
export async function diskFullRounds(campaign: Campaign): Promise<void> {
  const { run, crash } = campaign.setup;
  const { rows, dims } = run.options;
  const sizeBytes = loadedBytes(rows, dims) + ROOM_BYTES;
  for (let n = 0; n < crash.rounds && !campaign.interrupted; n++) {
    const epoch = await Epoch.begin(run, null, async (directory, guard) =>
      smallVolume(directory, guard, sizeBytes),
    );
    try {
      const full: Full = { sinceUs: null, reads: 0 };
      const judged = await epoch.round(n, filling(full));
      judged.round.reads_after_full = full.sinceUs === null ? null : full.reads;
      await campaign.add(epoch, judged);
    } finally {
      campaign.learn(epoch);
      await epoch.end();
    }
  }
}

/** Since when the disk was full, and how many reads succeeded from then on. */
interface Full {
  sinceUs: number | null;
  reads: number;
}

function filling(full: Full): Blow {
  return async ({ session }) => {
    const learn = session.observe;
    let onFull: () => void = () => undefined;
    const isFull = new Promise<void>((resolve) => (onFull = resolve));
    session.observe = (event: Event) => {
      learn(event);
      if ('error' in event && event.error?.class === 'disk_full') {
        full.sinceUs ??= event.time;
        onFull();
      }
      const read = event.type === 'ok' && 'f' in event && event.f === 'poll';
      if (full.sinceUs !== null && read) full.reads++;
    };
    const { first } = session.setup.interrupt;
    const { promise: ended, release } = interruption(first, 'the disk is not filled any further.');
    const giveUp = ended.catch(() => undefined);
    await within(FULL_LIMIT_MS, Promise.race([isFull, giveUp]));
    release();
    await delay(FULL_MS, first);
    session.observe = learn;
    return { killed: [], atUs: full.sinceUs };
  };
}
