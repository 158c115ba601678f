import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CrashResult, CrashRound } from '../../core/crash.ts';
import { nextOf } from '../../core/crash-next.ts';
import { readsOf } from '../../core/crash-reads.ts';
import { durabilityOf, failed } from '../../core/durability.ts';
import { savedOptions } from '../assemble.ts';
import { hostInfo } from '../host-info.ts';
import type { Campaign } from './campaign.ts';
import { skipText, type Obstacle } from './obstacle.ts';
import type { PausesFound } from './pause.ts';

type Concluded = Pick<CrashResult, 'durability' | 'bound' | 'because' | 'next'>;

/** What a campaign's rounds and pauses come to. */
export function assembleCrash(
  campaign: Campaign,
  paused: PausesFound,
  skipped: Obstacle | null,
  minutes: number,
): CrashResult {
  const { run, crash } = campaign.setup;
  const { rounds, pauses } = campaign;
  const total = (field: keyof CrashRound): number =>
    rounds.reduce((sum, round) => sum + Number(round[field]), 0);
  const kills = crash.mode === 'kill' ? rounds : rounds.filter(({ control }) => control);
  const inside = kills.filter(({ inside_commit }) => inside_commit).length;
  const recoveries = rounds
    .flatMap(({ recovery_us }) => recovery_us ?? [])
    .toSorted((a, b) => a - b);
  const done = rounds.length + pauses.length;
  return {
    format: 1,
    kind: 'crash',
    tool: { version: run.toolVersion, node: process.version },
    backend: {
      name: run.backend.name,
      package: run.backend.package ?? null,
      ...(campaign.version ?? { version: 'unknown', engine: 'unknown' }),
    },
    host: hostInfo(tmpdir()),
    started_at: campaign.startedAt.toISOString(),
    options: savedOptions(run.options),
    crash,
    seed: run.options.seed,
    ...(skipped === null ? concluded(campaign, paused) : notTried(skipped)),
    reads: readsOf([...rounds.map(({ reads }) => reads), paused.reads]),
    skipped: skipped === null ? null : skipText(skipped),
    rounds_done: done,
    kills: kills.length,
    inside_commit: inside,
    inside_commit_ratio: kills.length === 0 ? null : inside / kills.length,
    acknowledged_operations: total('acknowledged_operations'),
    acknowledged_rows: total('acknowledged_rows'),
    lost: total('lost'),
    duplicate: total('duplicate'),
    torn: total('torn'),
    in_doubt: total('in_doubt'),
    in_doubt_survived: total('in_doubt_survived'),
    unopenable: rounds.filter(({ state }) => state === 'unopenable').length,
    unreadable: rounds.filter(({ state }) => state === 'unreadable').length,
    recovery_us:
      recoveries.length === 0
        ? null
        : { p50: recoveries[recoveries.length >> 1]!, max: recoveries.at(-1)! },
    side_files_bytes_max: rounds.reduce((max, round) => Math.max(max, round.side_files_bytes), 0),
    failed_rounds: rounds.filter(failed).length,
    rounds,
    pauses,
    errors: campaign.errors,
    fsync: campaign.fsync,
    rounds_per_minute: done === 0 ? null : done / minutes,
    bundles: campaign.bundles,
    warnings: campaign.warnings,
    interrupted: campaign.interrupted,
  };
}

function concluded(campaign: Campaign, { broken }: PausesFound): Concluded {
  const { setup, rounds, stopped, bundles } = campaign;
  const { options, results } = setup.run;
  const found = durabilityOf(setup.crash, rounds, broken);
  const bundle = bundles[0] === undefined ? null : join(results.dir, bundles[0]);
  const next = nextOf(found, { options, crash: setup.crash, stopped, bundle });
  const { durability, bound, because } = found;
  return { durability, bound, because, next };
}

function notTried({ why, help }: Obstacle): Concluded {
  return { durability: 'unknown', bound: null, because: `skipped: ${why}`, next: help };
}
