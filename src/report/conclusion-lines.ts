import { oneLine } from './columns.ts';
import { entry, MARGIN } from './entry.ts';
import type { Paint, Style } from './paint.ts';

/** What a run or a crash campaign comes to, in one word, and why. */
export interface Concluded {
  label: 'Verdict' | 'Class';
  word: string;
  style: Style;
  /** What else is to be known of the word, in parentheses. */
  aside: string | null;
  because: string;
  /** Empty if there is nothing to do. */
  next: string;
}

/** The word, its reason, the next step and the files: what every result ends in. */
export function conclusionLines(
  { label, word, style, aside, because, next }: Concluded,
  saved: readonly string[],
  width: number,
  paint: Paint,
): string[] {
  const name = word.toUpperCase();
  const text = `${name}${aside === null ? '' : ` (${aside})`}: ${oneLine(because)}`;
  const [first, ...rest] = entry(label, text, width, paint);
  return [
    first!.replace(name, () => paint(style, name)),
    ...rest,
    ...(next === '' ? [] : entry('Next', oneLine(next), width, paint)),
    // A path is not broken: it is to be copied.
    ...saved.map((path, i) => (i === 0 ? '  Saved' : '').padEnd(MARGIN.length) + path),
  ];
}
