import { wrap } from './columns.ts';
import type { Paint, Style } from './paint.ts';

const LABEL_COLUMNS = 11;

/** Where the text beside a label begins. */
export const MARGIN = ' '.repeat(2 + LABEL_COLUMNS);

/** `  Label      text`, wrapped beside its label. */
export function entry(
  label: string,
  text: string,
  width: number,
  paint: Paint,
  style: Style = 'dim',
): string[] {
  const lead = `  ${label.padEnd(LABEL_COLUMNS)}`;
  const [first, ...rest] = wrap(text, width, lead);
  return [first!.replace(label, () => paint(style, label)), ...rest];
}
