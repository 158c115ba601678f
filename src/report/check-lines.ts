import type { CheckResult, CheckVerdict } from '../core/result.ts';
import { wrap } from './columns.ts';
import { formatCount, plural } from './text.ts';
import type { Paint } from './paint.ts';

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

/** The summary, and a line for each check that fired or could not be judged. */
export function checkLines(checks: readonly CheckResult[], width: number, paint: Paint): string[] {
  const lines = wrap(checkSummary(checks), width, '  ', '    ');
  for (const check of checks) {
    if (check.verdict !== 'fail' && check.verdict !== 'unknown') continue;
    const word = check.verdict === 'fail' ? 'FAIL' : 'unknown';
    const style = check.verdict === 'fail' ? 'red' : 'yellow';
    const [first, ...rest] = wrap(
      `${word} ${check.name}: ${evidence(check)}`,
      width,
      '    ',
      '      ',
    );
    lines.push(first!.replace(word, paint(style, word)), ...rest);
  }
  return lines;
}

function evidence({ because, count, findings }: CheckResult): string {
  const first = findings[0];
  if (first === undefined) return because;
  const which = count > 1 ? `First of ${formatCount(count)}` : 'Evidence';
  const sentence = `${clause(because)}.`;
  return first.text === because ? because : `${sentence} ${which}: ${first.text}`;
}

/** A sentence without its full stop. */
function clause(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
