/** What foreign text (a driver's message, a saved file, a path) may do to a terminal: nothing but be read. */

const ESC = '\u001b';

/** Sequences with an end of their own: titles, links, device strings. Not beyond a control character, nor a line. */
const STRINGS = new RegExp(
  `(?:${ESC}[\\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\\p{Control}]*(?:\u0007|${ESC}\\\\|\u009c)`,
  'gu',
);
/** Those that one character ends: the cursor, what is erased, colours. */
const SEQUENCES = new RegExp(
  `((?:${ESC}\\[|\u009b)[0-?]*[ -/]*[@-~]|${ESC}[ -/]*[0-Z\\\\^-~])`,
  'u',
);
/** Colours, as `paint` makes them. */
const COLOUR = new RegExp(`^${ESC}\\[[\\d;]*m$`);
/** What turns the direction of text, takes no room, or ends a line only for some. */
const HIDDEN = /[\p{Default_Ignorable_Code_Point}\u2028-\u202e\ufff9-\ufffb]/gu;
const CONTROL = /(?!\n)\p{Control}/gu;
const UNPRINTABLE_IN_JSON = new RegExp(`[\u007f-\u009f]|${HIDDEN.source}`, 'gu');

/** Text of one line or many without anything that a terminal acts upon; with `colour`, colours stay. */
export function printable(text: string, colour = false): string {
  if (/^[\n -~]*$/.test(text)) return text;
  const parts = text.replace(STRINGS, '').split(SEQUENCES);
  return parts
    .map((part, i) => {
      if (i % 2 === 1) return colour && COLOUR.test(part) ? part : '';
      return part.replaceAll('\t', ' ').replace(CONTROL, '').replace(HIDDEN, '');
    })
    .join('');
}

/** The same on one line. */
export function oneLine(text: string): string {
  return printable(text.replaceAll(/[\r\n\v\f\u0085\u2028\u2029]/g, ' '))
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** A value as JSON, which stays the same value: what a terminal would act upon is escaped. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(UNPRINTABLE_IN_JSON, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
