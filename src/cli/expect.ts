import { Option, type Command } from 'commander';
import type { Evaluation, Expectation } from '../core/expectations.ts';
import type { Verdict } from '../core/names.ts';
import type { Result } from '../core/result.ts';
import { exitCodeOf, UNMET } from './exit.ts';

/** What commander makes of `--expect`. */
export interface ExpectArguments {
  expect?: string[];
}

/** Adds `--expect`, which may be given many times. */
export function addExpectOption(command: Command, example = 'lag_p99<500ms'): Command {
  const collect = (text: string, before: string[] = []): string[] => [...before, text];
  return command.addOption(
    new Option('--expect <what>', `exit 1 unless e.g. '${example}' holds; may be repeated`)
      .argParser(collect)
      .helpGroup('The judgement:'),
  );
}

/** Parses what was given; throws a UsageError before anything has run. */
export async function expectationsOf(
  { expect: texts = [] }: ExpectArguments,
  baselineAllowed = false,
): Promise<Expectation[]> {
  if (texts.length === 0) return [];
  const { parseExpectation } = await import('../core/expectations.ts');
  return texts.map((text) => parseExpectation(text, baselineAllowed));
}

/** How the expectations of one run came out, said on `stream`; returns the exit code that they and the verdict give. */
export async function judgeRun(
  expectations: readonly Expectation[],
  result: Result,
  stream: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  if (expectations.length === 0) return exitCodeOf(result.verdict);
  const [{ evaluate }, { expectationLines }, { painter, wantsColor }] = await Promise.all([
    import('../core/expectations.ts'),
    import('../report/expectation-lines.ts'),
    import('../report/paint.ts'),
  ]);
  const evaluations = evaluate(expectations, [result]);
  const paint = painter(wantsColor(stream, env));
  const lines = expectationLines([{ of: '', evaluations }], stream.columns || 80, paint);
  stream.write(`\n${lines.join('\n')}\n`);
  return exitCodeOfRun(result.verdict, expectations, evaluations);
}

/** An unmet expectation is a failure; one on the verdict replaces the default judgement of it. */
function exitCodeOfRun(
  verdict: Verdict,
  expectations: readonly Expectation[],
  evaluations: readonly Evaluation[],
): number {
  if (evaluations.some(({ met }) => !met)) return UNMET;
  return expectations.some(({ metric }) => metric.name === 'verdict') ? 0 : exitCodeOf(verdict);
}
