import type { Advice, JudgedAccess } from '../core/matrix-rows.ts';
import { entry } from './entry.ts';
import type { Paint, Style } from './paint.ts';
import { formatRate } from './text.ts';

/** Per backend: what was safe in this matrix, best first, what does not work, and what harmed data. */
export function adviceLines(advice: readonly Advice[], width: number, paint: Paint): string[] {
  const listed = (accesses: JudgedAccess[], of: (access: JudgedAccess) => string): string =>
    accesses.map((access) => `${access.name} (${of(access)})`).join(', ');
  const verdictOf = ({ verdict }: JudgedAccess): string => verdict;
  return advice.flatMap(({ backend, safe, unusable, unproven, harmful }, i) => {
    const names = harmful.map(({ name }) => name).join(', ');
    const best = safe.length === 0 ? 'no access that was tried' : listed(safe, rateOf);
    const told: [string, string, Style][] = [
      ['Safe', `${best}${safe.length > 1 ? '; most reads first' : ''}`, 'green'],
      ['Not usable', listed(unusable, verdictOf), 'yellow'],
      ['Unproven', unproven.map(({ name }) => name).join(', '), 'yellow'],
      ['NOT SAFE', names && `${names}: acknowledged data was lost or corrupted`, 'red'],
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
