/** Who was refused a lock, by whom, and what else only has to be tried again. */
import { plural } from './count-text.ts';
import { readerName, writerName } from './history.ts';
import type { ErrorClass } from './names.ts';
import type { AuditResult, CheckResult, ErrorResult, ProcessResult, Result } from './result.ts';

const REFUSALS: readonly ErrorClass[] = ['lock.conflict', 'lock.readonly'];

type Refusable = Pick<ErrorResult, 'class' | 'operation'>;

/** Whether somebody was turned away by a lock, cleanly. Nobody is refused a close: it failed. */
export function isRefusal({ class: name, operation }: Refusable): boolean {
  return REFUSALS.includes(name) && operation !== 'close';
}

/** Refusals at open are attempts: a process that was refused tries again, as often as the run is long. */
export function isRefusedAttempt(error: Refusable): boolean {
  return error.operation === 'open' && isRefusal(error);
}

/** The processes that were refused at open at least once. */
export function refusedProcesses(processes: readonly ProcessResult[]): ProcessResult[] {
  return processes.filter(({ counts, state }) => counts.open_err > 0 || state === 'refused');
}

/** How many processes of each role were refused at open: `4 of 4 readers and 1 of 2 writers`. */
export function refusedText(processes: readonly ProcessResult[]): string {
  const refused = refusedProcesses(processes);
  return (['reader', 'writer', 'owner'] as const)
    .filter((role) => refused.some((process) => process.role === role))
    .map((role) => {
      const count = (those: readonly ProcessResult[]): number =>
        those.filter((process) => process.role === role).length;
      return `${count(refused)} of ${plural(count(processes), role)}`;
    })
    .join(' and ');
}

/** Whether each operation opens the database: where an open is refused, the operation fails, and that is one error. */
export function opensPerOperation({ access }: { access?: unknown }): boolean {
  return access === 'reopen';
}

/** Each thing that failed once: where an open was refused to an operation, the operation is what failed. */
export function distinctErrors<E extends Refusable>(
  errors: readonly E[],
  options: { access?: unknown },
): readonly E[] {
  if (!opensPerOperation(options)) return errors;
  const operations = errors.filter((error) => !isRefusedAttempt(error));
  return operations.some(isRefusal) ? operations : errors;
}

/** How many errors a run had: operations that failed, and for refusals at open the processes that were refused. */
export function errorCountOf({
  errors,
  processes,
  options,
}: Pick<Result, 'errors' | 'processes'> & { options: { access?: unknown } }): number {
  const distinct = distinctErrors(errors, options);
  const attempts = distinct.filter(isRefusedAttempt).reduce((sum, { count }) => sum + count, 0);
  const others = distinct.reduce((sum, { count }) => sum + count, 0) - attempts;
  // Of a result that does not tell who it was, the attempts are the best that is known.
  const refused = refusedProcesses(processes).length || attempts;
  return others + Math.min(refused, attempts);
}

/** What is known of how a run failed. */
interface Failures {
  errors: readonly ErrorResult[];
  processes: readonly ProcessResult[];
  checks: readonly CheckResult[];
  audit: AuditResult | null;
}

/** Whether all that failed were conflicts between writers, which lost nothing as far as every check could see. */
export function areOnlyConflicts({ errors, processes, checks, audit }: Failures): boolean {
  const failures = errors.filter((error) => !isRefusal(error));
  return (
    failures.length > 0 &&
    failures.every(({ class: name }) => name === 'txn.conflict') &&
    processes.every(({ state }) => state === 'finished') &&
    checks.every(({ verdict }) => verdict === 'pass' || verdict === 'skipped') &&
    (audit?.error ?? null) === null
  );
}

/** The process of a result, by the name that its events have: `w0`, `r3`, `owner`. */
export function processName({ role, index }: Pick<ProcessResult, 'role' | 'index'>): string {
  if (role === 'owner') return role;
  return role === 'writer' ? writerName(index) : readerName(index);
}

/** Who holds a lock, as the driver tells it, with the name of the process in the place of its number where it is one of the run's. */
export function holderText(holder: string, processes: readonly ProcessResult[]): string {
  return holder.replaceAll(/\bPID (\d+)(?: \([^)]*\))?/g, (text, pid: string) => {
    const those = processes.filter((each) => each.pid === Number(pid));
    // Threads share the number of their process.
    return those.length === 1 ? processName(those[0]!) : text;
  });
}
