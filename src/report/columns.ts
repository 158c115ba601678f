/** Text in columns of a terminal: its width, cut and wrapped to one. Plain text only: colour is added afterwards. */
import { oneLine } from '../core/printable.ts';

export { oneLine };

/** Narrower than this nothing is wrapped any further. */
const LEAST_COLUMNS = 20;

/** A space, but not the one between a number and its unit. */
const BREAK = /(?<!\d) | (?!(?:[KMGT]iB|B|µs|ms|s|min|h|%)(?!\w))/;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const ZERO = /^[\p{Mark}\p{Format}]+$/u;

function* cells(text: string): Generator<[grapheme: string, width: number]> {
  for (const { segment } of graphemes.segment(text)) {
    yield [segment, WIDE.test(segment) ? 2 : ZERO.test(segment) ? 0 : 1];
  }
}

/** How many terminal columns this text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const [, cell] of cells(text)) width += cell;
  return width;
}

/** As many whole characters from the beginning as fit into `width` columns. */
function fitting(text: string, width: number): string {
  let kept = '';
  let left = width;
  for (const [grapheme, cell] of cells(text)) {
    if (cell > left) break;
    kept += grapheme;
    left -= cell;
  }
  return kept;
}

/** At most `width` columns, ending in `…` if something was cut. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return width > 0 ? `${fitting(text, width - 1)}…` : '';
}

/** Lines of at most `width` columns, broken at spaces and nowhere else: the first begins with `first`, the others with `next`. */
export function wrap(
  text: string,
  width: number,
  first = '',
  next = ' '.repeat(widthOf(first)),
): string[] {
  const room = Math.max(LEAST_COLUMNS, width - Math.max(widthOf(first), widthOf(next)));
  const lines: string[] = [];
  let line = '';
  for (const word of oneLine(text).split(BREAK)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= room) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (widthOf(line) > room) {
      const part = fitting(line, room);
      lines.push(part);
      line = line.slice(part.length);
    }
  }
  lines.push(line);
  return lines.map((part, i) => (i === 0 ? first : next) + part);
}
