import { groupBy } from '../core/group-by.ts';
import type { CheckResult, CheckVerdict } from '../core/result.ts';
import { formatCount, plural } from '../core/count-text.ts';
import { wrap } from './columns.ts';
import type { Paint, Style } from './paint.ts';

const ORDER: readonly CheckVerdict[] = ['pass', 'fail', 'unknown', 'skipped'];

/** `12 checks: 11 pass, 1 fail (lost: 400 of 600 acknowledged rows are missing)`. */
export function checkSummary(checks: readonly CheckResult[]): string {
  const parts = ORDER.map((verdict) => {
    const those = checks.filter((check) => check.verdict === verdict);
    if (those.length === 0) return '';
    const names = those.map(({ name }) => name).join(', ');
    const only = those.length === 1 && verdict === 'fail' ? `: ${clause(those[0]!.because)}` : '';
    return `${those.length} ${verdict}${verdict === 'pass' ? '' : ` (${names}${only})`}`;
  });
  return `${plural(checks.length, 'check')}: ${parts.filter((part) => part !== '').join(', ')}`;
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
