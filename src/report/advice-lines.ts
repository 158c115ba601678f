import type { Advice, AdviceClass, JudgedAccess } from '../core/advice.ts';
import { formatCount, plural } from '../core/count-text.ts';
import { oneLine, wrap } from './columns.ts';
import { entry } from './entry.ts';
import type { Paint, Style } from './paint.ts';
import { formatRate } from './text.ts';

/** How each class is called, what it means, and how it looks, the best first. A run shows what happens, not what cannot: nothing is safe. */
const ADVICE_WORDS: Readonly<Record<AdviceClass, readonly [string, string, Style]>> = {
  works: ['Works', 'nothing was found in', 'green'],
  slow: ['Slow', 'nothing was found in, but others did four times as much as', 'green'],
  retry: ['Retry', 'usable if conflicts are tried again:', 'yellow'],
  unproven: ['Unproven', 'not enough was seen of', 'yellow'],
  refused: ['Refused', 'processes were refused a lock in', 'yellow'],
  fails: ['Fails', 'operations failed in', 'yellow'],
  stale: ['Stale', 'readers missed commits in', 'yellow'],
  inconsistent: ['DISAGREE', 'reads contradicted each other in', 'red'],
  wrong: ['HARMFUL', 'acknowledged data was lost or corrupted in', 'red'],
  baseline: ['Baseline', 'shares nothing, to compare with:', 'dim'],
};

/** Of these, how much was seen says how much they are worth. */
const WITH_EVIDENCE: readonly AdviceClass[] = ['works', 'slow', 'retry', 'baseline'];

/** Per backend: what each way to share came to in this matrix, best first. */
export function adviceLines(advice: readonly Advice[], width: number, paint: Paint): string[] {
  return advice.flatMap(({ backend, ways }, i) => {
    const told = (Object.keys(ADVICE_WORDS) as AdviceClass[]).flatMap((name) => {
      const those = ways.filter((way) => way.class === name);
      if (those.length === 0) return [];
      const [label, what, style] = ADVICE_WORDS[name];
      const list = those.map((way) => (WITH_EVIDENCE.includes(name) ? seen(way) : way.name));
      return entry(label, `${what} ${list.join(', ')}`, width, paint, style);
    });
    return [
      ...(i === 0 ? [] : ['']),
      ...wrap(
        oneLine(`Advice for ${backend}, from this matrix, most reads first:`),
        width,
        '',
        '  ',
      ).map((line) => line.replace(/^Advice/, (word) => paint('bold', word))),
      ...told,
    ];
  });
}

/** What was measured of a way, and how much of it. */
function seen(way: JudgedAccess): string {
  const { name, reads_per_s: reads, writes_per_s: writes, overlapping_reads: overlapping } = way;
  const facts = [
    ...(reads ? [`${formatRate(reads)} reads/s`] : []),
    ...(writes ? [`${formatRate(writes)} writes/s`] : []),
    `${plural(way.runs, 'run')}, ${formatCount(overlapping)} reads during ${plural(way.writes, 'write')}`,
    ...(way.thin ? ['too few to tell much'] : []),
  ];
  return `${name} (${facts.join('; ')})`;
}
