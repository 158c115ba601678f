import type { Judgement } from '../../checks/index.ts';
import type { CrashRound } from '../../core/crash.ts';
import type { AuditEnd } from '../../core/history.ts';
import type { RoundWrites } from './tracker.ts';

type Audited = Pick<
  CrashRound,
  ('lost' | 'duplicate' | 'torn' | 'unexpected' | 'audit') | ('state' | 'recovery_us' | 'error')
>;

/** What the audit of a round found, and the state in which it found the database. */
export function audited(
  end: AuditEnd,
  { audit: found, checks }: Judgement,
  { acknowledged }: RoundWrites,
): Audited {
  const lost = checks.find(({ name }) => name === 'lost')!;
  const isBlind = lost.verdict === 'unknown' && acknowledged.operations > 0;
  // An error after everything acknowledged was found, as of a close, leaves nothing that could not be read.
  const state = lost.verdict === 'pass' ? 'ok' : stateOf(end);
  return {
    lost: found?.lost ?? 0,
    duplicate: found?.duplicate ?? 0,
    torn: found?.torn ?? 0,
    unexpected: found?.unexpected ?? 0,
    state: state === 'ok' && isBlind ? 'unknown' : state,
    recovery_us: end.openUs ?? null,
    audit: found,
    // The audit may have been complete, and its close or exit have failed.
    error: end.error?.message ?? found?.error ?? (isBlind ? lost.because : null),
  };
}

function stateOf({ type, openUs, error }: AuditEnd): CrashRound['state'] {
  if (type === 'ok') return 'ok';
  const own = ['oom', 'deadline', 'worker.died'].includes(error?.class ?? '');
  if (own) return 'unknown';
  return openUs === undefined ? 'unopenable' : 'unreadable';
}
