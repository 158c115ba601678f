/** Power cuts, on file systems of their own. */
import { readdirSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { cutScheduleOf } from '../../../src/core/crash.ts';
import { skipReason, shortCrash } from '../../support/crash.ts';
import { temporaryDirectory } from '../../support/run.ts';

/** The common start lies at most so far ahead of the instant from which a delay is waited for. */
const LEAD_MS = 100;

const noImages = await skipReason('power-loss', ['ext4', 'xfs']);

/** Where the runs of a test put everything: empty again once they are over. */
async function ownTmp(): Promise<string> {
  const tmp = await temporaryDirectory();
  vi.stubEnv('TMPDIR', tmp);
  return tmp;
}

afterEach(() => void vi.unstubAllEnvs());

it.skipIf(noImages !== '')(
  `a power cut loses nothing that a correct store has acknowledged${noImages}`,
  async () => {
    const tmp = await ownTmp();
    const filesystems = ['ext4' as const, 'xfs' as const];
    const { rounds, fsync, ...result } = await shortCrash({ mode: 'power-loss', filesystems });
    expect(rounds.map(({ filesystem, control }) => [filesystem, control])).toEqual([
      ...[true, false].map((control) => ['ext4', control]),
      ...[true, false].map((control) => ['xfs', control]),
    ]);
    expect(result).toMatchObject({ durability: 'unknown', kills: 2, lost: 0, failed_rounds: 0 });
    expect(result.because).toContain('that is 2 power cuts, and 20 are needed');
    // A cut comes later than a kill: its delay is the one that was, not that of the schedule of kills.
    for (const { round, delay_us: delayUs } of rounds.filter(({ control }) => !control)) {
      const { delayMs } = cutScheduleOf(42, round, 2);
      expect(delayUs! / 1000).toBeGreaterThan(delayMs - LEAD_MS);
    }
    // Without strace nothing is counted, and the result says so.
    expect(fsync!.per_acknowledged ?? fsync!.skipped).toSatisfy(
      (found: number | string) => typeof found === 'string' || found >= 1,
    );
    expect(readdirSync(tmp)).toEqual([]);
  },
);

it.skipIf(noImages !== '')(
  `a power cut loses what no-fsync has acknowledged, and a kill does not${noImages}`,
  async () => {
    const { rounds, ...result } = await shortCrash({
      ...{ mode: 'power-loss', rounds: 1, filesystems: ['xfs'], options: { bug: 'no-fsync' } },
    });
    expect(rounds.map(({ control, failed_checks }) => [control, failed_checks.length > 0])).toEqual(
      [
        [true, false],
        [false, true],
      ],
    );
    // One kill before it is too few to say that kills alone lose nothing.
    expect(result.durability).toBe('unsafe');
    expect(result.lost).toBeGreaterThan(0);
    expect(result.because).toMatch(/^1 of 1 power cut lost acknowledged data .* 20 are needed$/);
  },
);
