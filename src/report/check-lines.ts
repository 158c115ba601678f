import { groupBy } from '../core/group-by.ts';
import { CHECK_GROUPS, GROUP_OF_CHECK } from '../core/names.ts';
import type { CheckResult, CheckVerdict } from '../core/result.ts';
import { formatCount, plural } from '../core/count-text.ts';
import { wrap } from './columns.ts';
import type { Paint, Style } from './paint.ts';

const ORDER: readonly CheckVerdict[] = ['pass', 'fail', 'unknown', 'skipped'];

/** `15 checks: rows 7 pass · order 5 pass, 1 skipped (own-write-missed) · application 2 pass`. */
export function checkSummary(checks: readonly CheckResult[]): string {
  const groups = CHECK_GROUPS.flatMap((group) => {
    const own = checks.filter(({ name }) => GROUP_OF_CHECK[name] === group);
    return own.length === 0 ? [] : `${group} ${outcomes(own)}`;
  });
  return `${plural(checks.length, 'check')}: ${groups.join(' · ')}`;
}

function outcomes(checks: readonly CheckResult[]): string {
  const parts = ORDER.flatMap((verdict) => {
    const those = checks.filter((check) => check.verdict === verdict);
    if (those.length === 0) return [];
    const names = those.map(({ name }) => name).join(', ');
    return `${those.length} ${verdict}${verdict === 'pass' ? '' : ` (${names})`}`;
  });
  return parts.join(', ');
}

/** The summary, a line for each check that fired, and one for each reason why others could not be judged. */
export function checkLines(checks: readonly CheckResult[], width: number, paint: Paint): string[] {
  const those = (verdict: CheckVerdict): CheckResult[] =>
    checks.filter((check) => check.verdict === verdict);
  const line = (word: string, style: Style, text: string): string[] => {
    const [first, ...rest] = wrap(`${word} ${text}`, width, '    ', '      ');
    return [first!.replace(word, paint(style, word)), ...rest];
  };
  const unknown = groupBy(those('unknown'), ({ because }) => because);
  return [
    ...wrap(checkSummary(checks), width, '  ', '    '),
    ...those('fail').flatMap((check) => line('FAIL', 'red', `${check.name}: ${evidence(check)}`)),
    ...[...unknown].flatMap(([because, same]) =>
      line('unknown', 'yellow', `${same.map(({ name }) => name).join(', ')}: ${because}`),
    ),
  ];
}

function evidence({ because, count, findings }: CheckResult): string {
  const first = findings[0];
  if (first === undefined) return because;
  const which = count > 1 ? `First of ${formatCount(count)}` : 'Evidence';
  const sentence = `${clause(because)}.`;
  return because.includes(first.text) ? because : `${sentence} ${which}: ${first.text}`;
}

/** A sentence without its full stop. */
function clause(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
