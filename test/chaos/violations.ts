/** What must hold of every run, whatever was done to it. */
import { firstLineOf } from '../../src/core/errors.ts';
import type { Evidence } from './chaos-run.ts';
import { NOTHING, type Allowed } from './faults.ts';
import type { Hit } from './strike.ts';

/** What of this evidence must not be, a sentence each; none is the proof that was looked for. */
export function violationsOf(evidence: Evidence): string[] {
  const { printed, saved, outputEnded, processes } = evidence;
  const { left, leftAfterClean, mounts, strays } = evidence;
  return [
    ...endViolations(evidence),
    ...verdictViolations(evidence),
    ...textViolations(evidence),
    ...cleanViolations(evidence),
    ...[...printed.problems, ...saved.problems],
    ...(outputEnded ? [] : ['somebody holds its output open']),
    ...processes.map((line) => `a process is left: ${line}`),
    ...left.map((name) => `${name} is left in TMPDIR before probe clean`),
    ...leftAfterClean.map((name) => `${name} is left in TMPDIR after probe clean`),
    ...mounts.map((point) => `${point} is still mounted`),
    ...strays.gone.map((name) => `${name}, which is not its own, was removed`),
  ];
}

/** Whether the program ended, and as its result says. */
function endViolations(evidence: Evidence): string[] {
  const { end, plan, hit, stderr } = evidence;
  if (end === null) return ['it hangs: it did not end within the limit'];
  const { exits = [], signals = [], refuses, isMistakeAtStart } = allowedOf(evidence);
  if (end.code === null) {
    return signals.includes(end.signal!) ? [] : [`the program was ended by ${end.signal}`];
  }
  const verdicts = verdictsOf(evidence);
  const isMistake = isMistakeAtStart && hit?.phase === null && end.code === 2;
  const mayLackResult = exits.includes(end.code) || (refuses && end.code === 3) || isMistake;
  if (verdicts.length === 0) {
    if (!mayLackResult)
      return [`it has no result, and ended with exit ${end.code}: ${lastLineOf(stderr)}`];
    return /\S/.test(stderr) ? [] : [`it has no result, and does not say why`];
  }
  // A matrix of which one cell could not run says so, beside the verdicts of the others.
  const lacksCell = refuses === true && plan.command.kind === 'matrix' ? [3] : [];
  const codes = [...exits, ...lacksCell, ...codesOf(verdicts, plan.command.kind)];
  return codes.includes(end.code)
    ? []
    : [`exit ${end.code} does not fit the verdict ${verdicts.join(', ')}: ${lastLineOf(stderr)}`];
}

/** A pause campaign ends with 0 where it found nothing wrong, although it makes no class. */
function codesOf(verdicts: readonly string[], kind: Evidence['plan']['command']['kind']): number[] {
  if (!verdicts.includes('unknown')) return [0];
  return kind === 'pause' || kind === 'matrix' ? [0, 3] : [3];
}

/** A verdict is right, or it is `unknown`. */
function verdictViolations(evidence: Evidence): string[] {
  const { plan, stdout } = evidence;
  const right = [plan.command.right, 'unknown', ...(allowedOf(evidence).verdicts ?? [])];
  const isWrong = (verdict: string): boolean => !right.includes(verdict);
  const wrong = verdictsOf(evidence).find(isWrong);
  if (wrong !== undefined) return [`the verdict ${wrong} is not right: ${becauseIn(stdout)}`];
  return killedAtWork(evidence) && verdictsOf(evidence).includes(plan.command.right)
    ? [`the verdict ${plan.command.right} passes over a worker that was killed at work`]
    : [];
}

/** Phases in which every worker still has to do something, also if the word of the next one is on its way. */
const BEFORE_THE_END: readonly Hit['phase'][] = ['spawn', 'work'];

function killedAtWork({ plan: { command, fault }, hit }: Evidence): boolean {
  if (hit === null || command.kind !== 'run' || fault.kind !== 'signal') return false;
  const isWorker = fault.target === 'worker' || fault.target === 'owner';
  return isWorker && fault.signal === 'SIGKILL' && BEFORE_THE_END.includes(hit.phase);
}

/** Of a stack so much is shown, the rest is found again by the seed. */
const STACK_SHOWN = 600;
const STACK = /^\s+at .*:\d+:\d+\)?$|This is a bug|^node:internal|\(node:\d+\)|UnhandledPromise/m;

function textViolations({ stdout, stderr, clean }: Evidence): string[] {
  const texts = { stdout, stderr, 'the output of probe clean': clean.output };
  return Object.entries(texts).flatMap(([name, text]) => {
    const found = STACK.exec(text);
    return found === null
      ? []
      : [`${name} shows a stack: ${text.slice(found.index).trim().slice(0, STACK_SHOWN)}`];
  });
}

function cleanViolations({ clean: { end, output } }: Evidence): string[] {
  if (end === null) return ['probe clean hangs'];
  return end.code === 0
    ? []
    : [`probe clean ended with ${end.code ?? end.signal}: ${firstLineOf(output)}`];
}

/** Half of the --op-timeout of every command: the other half is for a machine that is busy. */
const HARMLESS_STOP_MS = 1000;

/**
 * Nothing happened to a run whose program, or whose part that was to be hit, had ended by then, nor to one of whose
 * processes one was stopped for a moment.
 */
function allowedOf({ hit, plan: { fault, pauseMs } }: Evidence): Allowed {
  const isStop = fault.kind === 'signal' && fault.signal === 'SIGSTOP';
  return hit === null || (isStop && pauseMs <= HARMLESS_STOP_MS) ? NOTHING : fault.allowed;
}

function verdictsOf({ printed, saved }: Evidence): string[] {
  const verdicts = [...printed.verdicts, ...saved.verdicts];
  return [...new Set(verdicts.filter((verdict) => verdict !== null))];
}

function becauseIn(stdout: string): string {
  return /"because":\s*"[^"]*"|Verdict .*/.exec(stdout)?.[0] ?? '';
}

function lastLineOf(text: string): string {
  return text.trim().split('\n').at(-1)!;
}
