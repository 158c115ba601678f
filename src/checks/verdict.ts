import type { Backend } from '../core/backend.ts';
import type { ErrorClass, Verdict } from '../core/names.ts';
import type { RunOptions } from '../core/options.ts';
import type { CheckResult, Counts, ErrorResult, ProcessResult } from '../core/result.ts';
import { plural } from '../core/count-text.ts';
import { nextStep } from './next-step.ts';

/** What a verdict is made of. */
export interface Evidence {
  checks: readonly CheckResult[];
  errors: readonly ErrorResult[];
  processes: readonly ProcessResult[];
  counts: Counts;
  options: RunOptions;
  backend: Pick<Backend, 'refresh' | 'lacks'>;
}

export interface Conclusion {
  verdict: Verdict;
  /** One sentence: why. */
  because: string;
  /** One step: what to do now. */
  next: string;
}

const REFUSALS: readonly ErrorClass[] = ['lock.conflict', 'lock.readonly'];
const EXAMPLE_LIMIT = 200;

/** The one verdict of a run: the worst that holds. */
export function verdictOf(evidence: Evidence): Conclusion {
  const [verdict, why] = worst(evidence);
  const { options } = evidence;
  const rmw = options.increment === 'rmw' && options.writers > 0;
  const because = rmw
    ? `${why}; an increment was a read, then a write: two calls without a transaction (rmw)`
    : why;
  return { verdict, because, next: nextStep(verdict, evidence) };
}

function worst(evidence: Evidence): [Verdict, string] {
  const { checks, errors, processes } = evidence;
  const wrong = checks.filter(({ name, verdict }) => verdict === 'fail' && name !== 'frozen');
  if (wrong.length > 0) return ['wrong', whyWrong(wrong, errors)];
  const failures = errors.filter((error) => !REFUSALS.includes(error.class));
  const gone = processes.filter(({ state }) => state === 'died' || state === 'hung');
  if (failures.length > 0 || gone.length > 0) return ['errors', whyErrors(failures, gone)];
  // What errors are left are refusals.
  if (errors.length > 0 || processes.some(({ state }) => state === 'refused')) {
    return ['blocked', whyBlocked(errors, processes)];
  }
  const unknown = checks.filter(({ verdict }) => verdict === 'unknown');
  if (unknown.length > 0) return ['unknown', whyUnknown(unknown, evidence.options)];
  const frozen = checks.find(({ verdict }) => verdict === 'fail');
  if (frozen !== undefined) return ['stale', frozen.because];
  return ['works', whyWorks(evidence)];
}

function whyWrong(failed: readonly CheckResult[], errors: readonly ErrorResult[]): string {
  const [first, ...others] = failed;
  const also = others.length === 0 ? '' : `; also ${others.map(({ name }) => name).join(', ')}`;
  const silent = errors.length === 0 ? '; no operation reported an error' : '';
  return `${first!.name}: ${first!.because}${also}${silent}`;
}

function whyErrors(failures: readonly ErrorResult[], gone: readonly ProcessResult[]): string {
  const parts = gone.map((process) => {
    const { exit, signal, state } = process;
    const how = signal ?? (exit === null ? '' : `exit code ${exit}`);
    return `${nameOf(process)} ${state}${how === '' ? '' : ` (${how})`}`;
  });
  const total = failures.reduce((sum, failure) => sum + failure.count, 0);
  if (total > 0) {
    const [most] = failures.toSorted((a, b) => b.count - a.count);
    const { operation, class: name, example } = most!;
    parts.push(
      `${plural(total, 'operation')} failed, most of them ${operation} (${name}: ${brief(example)})`,
    );
  }
  return parts.join('; ');
}

function whyBlocked(refusals: readonly ErrorResult[], processes: readonly ProcessResult[]): string {
  const opening = refusals.find(({ operation }) => operation === 'open') ?? refusals[0];
  if (opening === undefined) {
    return `${rolesText(processes, ({ state }) => state === 'refused')} never opened the database`;
  }
  const refused = processes.filter(({ counts }) => counts.open_err > 0);
  if (refused.length === 0) {
    const total = refusals.reduce((sum, refusal) => sum + refusal.count, 0);
    const were = total === 1 ? 'was' : 'were';
    return `${plural(total, 'operation')} (${opening.operation}) ${were} refused on a lock: ${lockText(opening)}`;
  }
  const were = refused.length === 1 ? 'was' : 'were';
  const who = rolesText(processes, ({ counts }) => counts.open_err > 0);
  return `${who} ${were} refused at open: ${lockText(opening)}`;
}

/** `4 of 4 readers and 1 of 2 writers`. */
function rolesText(
  processes: readonly ProcessResult[],
  isMeant: (process: ProcessResult) => boolean,
): string {
  return (['reader', 'writer', 'owner'] as const)
    .map((role) => processes.filter((process) => process.role === role))
    .filter((those) => those.some(isMeant))
    .map((those) => `${those.filter(isMeant).length} of ${plural(those.length, those[0]!.role)}`)
    .join(' and ');
}

function lockText({ class: name, holder, example }: ErrorResult): string {
  return holder === null ? `${name}, ${brief(example)}` : `${name}, lock held by ${holder}`;
}

function whyUnknown(unknown: readonly CheckResult[], { check }: RunOptions): string {
  if (!check) return 'nothing was verified: run with --no-check';
  const { because } = unknown[0]!;
  const same = unknown.filter((result) => result.because === because).map(({ name }) => name);
  const rest = unknown.length - same.length;
  const more = rest === 0 ? '' : `; ${plural(rest, 'more check')} could not be judged either`;
  return `nothing is proven: ${because} (${same.join(', ')})${more}`;
}

function whyWorks({ checks, counts, options }: Evidence): string {
  const { readers, writers } = options;
  const did = [
    readers > 0 ? `${plural(readers, 'reader')} made ${plural(counts.reads_ok, 'read')}` : '',
    writers > 0 ? `${plural(writers, 'writer')} made ${plural(counts.writes_ok, 'write')}` : '',
  ].filter((text) => text !== '');
  const audited = checks.find(({ name }) => name === 'lost')?.because;
  return `${did.join(' and ')} without an error${audited === undefined ? '' : `; ${audited}`}`;
}

const nameOf = ({ role, index }: ProcessResult): string =>
  role === 'owner' ? 'the owner' : `${role} ${index}`;

const brief = (text: string): string =>
  text.length > EXAMPLE_LIMIT ? `${text.slice(0, EXAMPLE_LIMIT - 1)}…` : text;
