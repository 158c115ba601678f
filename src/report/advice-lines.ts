import type { Advice, JudgedAccess } from '../core/matrix-rows.ts';
import type { Verdict } from '../core/names.ts';
import { entry } from './entry.ts';
import type { Paint, Style } from './paint.ts';
import { formatRate } from './text.ts';

/** What was wrong with the accesses that are not safe. */
const HARMS: readonly (readonly [Verdict, string])[] = [
  ['wrong', 'acknowledged data was lost or corrupted'],
  ['inconsistent', 'reads contradicted each other'],
];

/** Per backend: what was safe in this matrix, best first, what does not work, and what harmed data. */
export function adviceLines(advice: readonly Advice[], width: number, paint: Paint): string[] {
  const listed = (accesses: JudgedAccess[], of: (access: JudgedAccess) => string): string =>
    accesses.map((access) => `${access.name} (${of(access)})`).join(', ');
  const verdictOf = ({ verdict }: JudgedAccess): string => verdict;
  return advice.flatMap(({ backend, safe, unusable, unproven, harmful }, i) => {
    const harm = HARMS.flatMap(([verdict, what]) => {
      const names = harmful.filter((access) => access.verdict === verdict).map(({ name }) => name);
      return names.length === 0 ? [] : `${names.join(', ')}: ${what}`;
    });
    const best = safe.length === 0 ? 'no access that was tried' : listed(safe, rateOf);
    const told: [string, string, Style][] = [
      ['Safe', `${best}${safe.length > 1 ? '; most reads first' : ''}`, 'green'],
      ['Not usable', listed(unusable, verdictOf), 'yellow'],
      ['Unproven', unproven.map(({ name }) => name).join(', '), 'yellow'],
      ['NOT SAFE', harm.join('; '), 'red'],
    ];
    return [
      ...(i === 0 ? [] : ['']),
      `${paint('bold', 'Advice')} for ${backend}, from this matrix:`,
      ...told.flatMap(([label, text, style]) =>
        text === '' ? [] : entry(label, text, width, paint, style),
      ),
    ];
  });
}

function rateOf({ access, reads_per_s: reads, writes_per_s: writes }: JudgedAccess): string {
  const rates = [
    ...(reads ? [`${formatRate(reads)} reads/s`] : []),
    ...(writes ? [`${formatRate(writes)} writes/s`] : []),
    ...(access === 'isolated' ? ['shares nothing'] : []),
  ];
  return rates.join(', ');
}
