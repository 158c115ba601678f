import type { Backend } from '../core/backend.ts';
import { consequenceOf } from '../core/consequence.ts';
import type { CheckName, Verdict } from '../core/names.ts';
import { loadText, type RunOptions } from '../core/options.ts';
import {
  areOnlyConflicts,
  holderText,
  isRefusal,
  isRefusedAttempt,
  refusedProcesses,
  refusedText,
} from '../core/refusals.ts';
import type { CheckResult, Counts, ErrorResult, ProcessResult } from '../core/result.ts';
import { formatCount, plural } from '../core/count-text.ts';
import type { Judgement } from './court.ts';
import { nextStep } from './next-step.ts';

/** What a verdict is made of. */
export interface Grounds extends Pick<
  Judgement,
  'checks' | 'audit' | 'evidence' | 'thin' | 'order'
> {
  errors: readonly ErrorResult[];
  processes: readonly ProcessResult[];
  counts: Counts;
  options: RunOptions;
  backend: Pick<Backend, 'refresh' | 'lacks' | 'versionsTablesApart'>;
  /** The user ended the window early. */
  interrupted: boolean;
}

export interface Conclusion {
  verdict: Verdict;
  /** One sentence: why. */
  because: string;
  /** One step: what to do now. */
  next: string;
}

const EXAMPLE_LIMIT = 200;

/** The one verdict of a run: the worst that holds, in the order of {@link VERDICTS}. */
export function verdictOf(grounds: Grounds): Conclusion {
  const [verdict, why] = worst(grounds);
  const { options } = grounds;
  const rmw = options.increment === 'rmw' && options.writers > 0;
  const because = rmw
    ? `${why}; an increment was a read, then a write: two calls without a transaction (rmw)`
    : why;
  return { verdict, because, next: nextStep(verdict, grounds) };
}

function worst(grounds: Grounds): [Verdict, string] {
  const { checks, errors, processes } = grounds;
  const failed = checks.filter(({ verdict }) => verdict === 'fail');
  for (const verdict of ['wrong', 'inconsistent', 'stale'] as const) {
    const first = failed.find((check) => consequenceOf(check) === verdict);
    if (first === undefined) continue;
    const others = failed.filter((check) => check !== first);
    return [verdict, whyFailed(verdict, first, others, grounds)];
  }
  const failures = errors.filter((error) => !isRefusal(error));
  const gone = processes.filter(({ state }) => state === 'died' || state === 'hung');
  const audit = auditError(grounds);
  if (failures.length > 0 || gone.length > 0 || audit !== null) {
    const why = whyErrors(failures, gone, audit);
    return ['errors', areOnlyConflicts(grounds) ? `${why}: usable with retries` : why];
  }
  // What errors are left are refusals.
  if (errors.length > 0 || processes.some(({ state }) => state === 'refused')) {
    return ['blocked', whyBlocked(grounds)];
  }
  const unknown = checks.filter(({ verdict }) => verdict === 'unknown');
  if (unknown.length > 0) return ['unknown', whyUnknown(unknown, grounds.options)];
  return ['works', whyWorks(grounds)];
}

/** What the audit said in the end, although it had found every acknowledged row; null if it did not, or said nothing. */
function auditError({ audit, checks }: Pick<Grounds, 'audit' | 'checks'>): string | null {
  const found = checks.some(({ name, verdict }) => name === 'lost' && verdict === 'pass');
  return found ? (audit?.error ?? null) : null;
}

function whyFailed(
  verdict: 'wrong' | 'inconsistent' | 'stale',
  first: CheckResult,
  others: readonly CheckResult[],
  grounds: Grounds,
): string {
  const { errors, processes, backend } = grounds;
  if (verdict === 'stale') {
    // What is loud stands in the shadow of what is silent.
    const failures = errors.filter((error) => !isRefusal(error));
    const count = failures.reduce((sum, error) => sum + error.count, 0);
    const gone = processes.filter(({ state }) => state === 'died' || state === 'hung');
    const loud = [
      ...(count > 0 ? [`besides, ${plural(count, 'operation')} failed`] : []),
      ...(errors.length > failures.length ? [`besides, ${whyBlocked(grounds)}`] : []),
      ...gone.map(endingText),
    ];
    return [first.because, ...loud].join('; ');
  }
  const fired = (name: CheckName): boolean => [first, ...others].some((each) => each.name === name);
  return [
    `${first.name}: ${first.because}`,
    ...(others.length > 0 ? [`also ${others.map(({ name }) => name).join(', ')}`] : []),
    ...(fired('orphan') && backend.versionsTablesApart === true
      ? ['this database versions its two tables apart']
      : []),
    ...(verdict === 'inconsistent' ? [wholeness(grounds)] : []),
    ...(errors.length === 0 ? ['no operation reported an error'] : []),
  ].join('; ');
}

/** Of reads that contradict each other: what is known of the data itself. */
function wholeness({ audit, checks }: Grounds): string {
  const lost = checks.find(({ name }) => name === 'lost');
  if (lost?.verdict !== 'pass') {
    return `whether the data itself is whole is not known${lost === undefined ? '' : ` (${lost.because})`}`;
  }
  const end = audit?.error === undefined || audit.error === null ? '' : ` before it failed`;
  return `the data itself is whole as far as the audit read${end}`;
}

function whyErrors(
  failures: readonly ErrorResult[],
  gone: readonly ProcessResult[],
  audit: string | null,
): string {
  const parts = gone.map(endingText);
  const total = failures.reduce((sum, failure) => sum + failure.count, 0);
  if (total > 0) {
    const [most] = failures.toSorted((a, b) => b.count - a.count);
    const { operation, class: name, example } = most!;
    parts.push(
      `${plural(total, 'operation')} failed, most of them ${operation} (${name}: ${brief(example)})`,
    );
  }
  if (audit !== null) {
    parts.push(
      `the audit found every acknowledged row and then ended in an error (${brief(audit)})`,
    );
  }
  return parts.join('; ');
}

function endingText(process: ProcessResult): string {
  const { exit, signal, state } = process;
  const how = signal ?? (exit === null ? '' : `exit code ${exit}`);
  return `${nameOf(process)} ${state}${how === '' ? '' : ` (${how})`}`;
}

/** Who was refused, under which load, and by whom: processes, whose attempts say no more than how long the run was. */
function whyBlocked(grounds: Grounds): string {
  const { processes, options } = grounds;
  const errors = grounds.errors.filter(isRefusal);
  const opening = errors.find(isRefusedAttempt) ?? errors[0];
  const refused = refusedProcesses(processes);
  if (opening === undefined) {
    return `${refusedText(processes)} never opened the database`;
  }
  if (refused.length === 0) {
    const total = errors.reduce((sum, refusal) => sum + refusal.count, 0);
    const were = total === 1 ? 'was' : 'were';
    return `${plural(total, 'operation')} (${opening.operation}) ${were} refused on a lock: ${lockText(opening, processes)}`;
  }
  const were = refused.length === 1 ? 'was' : 'were';
  const when = options.access === 'reopen' ? 'in the middle of the run' : 'at open';
  return [
    `${refusedText(processes)} ${were} refused ${when} (${loadText(options)}): ${lockText(opening, processes)}`,
    ...starvation(grounds),
  ].join('; ');
}

/** Of an access that opens for each operation: which role never got its turn. */
function starvation({ processes, options }: Grounds): string[] {
  if (options.access !== 'reopen') return [];
  return (['writer', 'reader'] as const).flatMap((role) => {
    const counts = processes.filter((each) => each.role === role).map((each) => each.counts);
    const sum = (of: (each: Counts) => number): number =>
      counts.reduce((total, each) => total + of(each), 0);
    const done = sum((each) =>
      role === 'reader' ? each.reads_ok : each.writes_ok + each.increments_ok,
    );
    const failed = sum((each) =>
      role === 'reader' ? each.reads_err : each.writes_err + each.increments_err,
    );
    if (done > 0 || failed === 0) return [];
    const [who, others] =
      role === 'reader'
        ? ['the readers', `${plural(options.writers, 'writer')} that write`]
        : ['the writers', `${plural(options.readers, 'reader')} that read`];
    const always = (role === 'reader' ? options.writeRate : options.readRate) === 0;
    const beside = always ? `${others} all the time` : others;
    return [`${who} starved beside ${beside}: 0 of ${plural(failed, 'operation')} got the lock`];
  });
}

function lockText(
  { class: name, holder, example }: ErrorResult,
  processes: readonly ProcessResult[],
): string {
  if (holder === null) return `${name}, ${brief(example)}`;
  return `${name}, lock held by ${holderText(holder, processes)}`;
}

function whyUnknown(unknown: readonly CheckResult[], { check }: RunOptions): string {
  if (!check) return 'nothing was verified: --no-check was given';
  const { because } = unknown[0]!;
  const same = unknown.filter((result) => result.because === because).map(({ name }) => name);
  const rest = unknown.length - same.length;
  const more = rest === 0 ? '' : `; ${plural(rest, 'more check')} could not be judged either`;
  return `nothing is proven: ${because} (${same.join(', ')})${more}`;
}

function whyWorks({ checks, counts, evidence, options, order }: Grounds): string {
  const { readers, writers } = options;
  const during = formatCount(evidence.overlapping_reads);
  const did = [
    readers > 0 ? `${plural(readers, 'reader')} made ${plural(counts.reads_ok, 'read')}` : '',
    writers > 0 ? `${plural(writers, 'writer')} made ${plural(counts.writes_ok, 'write')}` : '',
  ].filter((text) => text !== '');
  const audited = checks.find(({ name }) => name === 'lost')?.because;
  return [
    `${did.join(' and ')} without an error`,
    ...(evidence.overlapping_reads > 0
      ? [`${during} of ${formatCount(evidence.reads)} searches and polls overlapped a write`]
      : []),
    ...(order === null ? [] : [order.because]),
    ...(audited === undefined ? [] : [audited]),
  ].join('; ');
}

const nameOf = ({ role, index }: ProcessResult): string =>
  role === 'owner' ? 'the owner' : `${role} ${index}`;

const brief = (text: string): string =>
  text.length > EXAMPLE_LIMIT ? `${text.slice(0, EXAMPLE_LIMIT - 1)}…` : text;
