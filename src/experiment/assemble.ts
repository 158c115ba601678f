import type { Judgement } from '../checks/index.ts';
import { verdictOf } from '../checks/verdict.ts';
import { plural } from '../core/count-text.ts';
import type { RunOptions } from '../core/options.ts';
import { JUDGE_VERSION, type ProcessResult, type Result } from '../core/result.ts';
import type { Crew, Member } from './crew.ts';
import { filesystemWarnings, hostInfo } from './host-info.ts';
import type { Session } from './session.ts';

/** The result of a run: everything that was measured and judged, as one plain object. */
export function assemble(session: Session, crew: Crew, judgement: Judgement): Result {
  const { setup, metrics } = session;
  const { backend, options } = setup;
  const processes = crew.members.map((member) => processResult(session, member));
  const counts = metrics.counts();
  const errors = metrics.errors();
  const host = hostInfo(session.place.directoryOfDatabase);
  const { version, engine } = crew.version ?? { version: 'unknown', engine: 'unknown' };
  return {
    format: 1,
    tool: { version: setup.toolVersion, node: process.version },
    backend: { name: backend.name, package: backend.package ?? null, version, engine },
    host,
    started_at: session.startedAt.toISOString(),
    options: savedOptions(options),
    seed: options.seed,
    counts,
    judge: JUDGE_VERSION,
    ...verdictOf({
      ...{ ...judgement, options, backend, counts, errors, processes },
      interrupted: session.interrupted,
    }),
    evidence: judgement.evidence,
    thin: judgement.thin,
    order: judgement.order,
    window_us: metrics.windowUs(),
    overlap_ratio: judgement.overlapRatio,
    start_skew_us: metrics.startSkewUs(),
    latency_us: metrics.latencies(),
    freshness_us: metrics.freshness(),
    processes,
    errors,
    checks: judgement.checks,
    audit: judgement.audit,
    ...metrics.timeline(),
    warnings: [
      ...filesystemWarnings(host.filesystem),
      ...session.warnings,
      ...strangerWarnings(counts.strangers),
      ...guardWarnings(session),
    ],
    history: null,
    phases_us: session.phasesUs,
    interrupted: session.interrupted,
  };
}

function strangerWarnings(count: number): string[] {
  if (count === 0) return [];
  const were = count === 1 ? 'was' : 'were';
  return [
    `${plural(count, 'connection')} without the run's token reached the owner and ${were} turned away`,
  ];
}

function guardWarnings({ guard }: Session): string[] {
  if (!guard.lost) return [];
  return ['the guard process was killed during the run: a killed run would have left its files'];
}

function processResult(session: Session, member: Member): ProcessResult {
  const { metrics } = session;
  const { plan, child, state, opened, failure } = member;
  const died = state === 'died' || state === 'hung';
  return {
    role: plan.role === 'writer' || plan.role === 'owner' ? plan.role : 'reader',
    index: plan.index,
    pid: child.pid,
    state: died ? state : opened ? 'finished' : 'refused',
    exit: child.exit?.code ?? null,
    signal: child.exit?.signal ?? null,
    counts: metrics.counts(plan.name),
    worked_us: metrics.workedUs(plan.name),
    latency_us: metrics.latencies(plan.name),
    freshness_us: plan.role === 'reader' ? metrics.readerFreshness(plan.name) : null,
    driver_retries: metrics.driverRetries(plan.name),
    peak_rss_bytes: child.peakRssBytes,
    stderr_tail: [failure, child.tail].filter((text) => text !== '').join('\n'),
  };
}

/** Every option with its value, by its saved name: snake_case with the unit last. */
export function savedOptions(options: RunOptions): Result['options'] {
  const saved: Result['options'] = {};
  for (const [name, value] of Object.entries(options)) {
    saved[name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value as string;
  }
  return saved;
}
