import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonText, oneLine, printable } from '../../src/core/printable.ts';

/** All that a terminal may act upon, colours and the end of a line apart. */
const ACTIVE =
  /(?!\n)\p{Control}|[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u;

const COLOURS = new RegExp(`${'\u001b'}\\[[\\d;]*m`, 'g');

it.each([
  ['a title', 'a\u001b]0;pwned\u0007b', 'ab'],
  ['a title that ends as strings do', 'a\u001b]0;pwned\u001b\\b', 'ab'],
  ['a title of one character less', 'a\u009d0;pwned\u009cb', 'ab'],
  ['a title without an end', 'a\u001b]0;pwned', 'a]0;pwned'],
  ['a link', '\u001b]8;;http://x\u0007here\u001b]8;;\u0007', 'here'],
  ['a cursor that moves', 'a\u001b[2A\u001b[2Kb', 'ab'],
  ['the same in one character less', 'a\u009b2Jb', 'ab'],
  ['a reset', 'a\u001bcb', 'ab'],
  ['another set of letters', 'a\u001b(0b', 'ab'],
  ['a bell, and a carriage return', 'a\u0007b\rc', 'abc'],
  ['text that turns round', 'a\u202ecba\u202c\u2066d\u2069', 'acbad'],
  ['what has no width', 'a\u200bb\ufeffc', 'abc'],
  ['what is hidden in another plane', 'a\u{e0041}\u{e0042}b\u3164c\ufe0f', 'abc'],
  ['a tab', 'a\tb', 'a b'],
])('%s is taken away', (_, text, shown) => {
  expect(printable(text)).toBe(shown);
  expect(printable(text, true)).toBe(shown);
});

it('keeps letters of all kinds, and the ends of lines', () => {
  const text = 'größer — 日本 👍🏽\n  zweite Zeile · 3 µs\n';
  expect(printable(text)).toBe(text);
});

it('keeps colours where they are wanted, and nothing that looks like them', () => {
  const text = '\u001b[31mred\u001b[39m\u001b[?25l\u001b[1;31H';
  expect(printable(text, true)).toBe('\u001b[31mred\u001b[39m');
  expect(printable(text)).toBe('red');
});

it('leaves nothing for a terminal to act upon, of any text', () => {
  const nasty = fc.constantFrom(
    '\u001b',
    '\u009b',
    '\u009d',
    ']',
    '[',
    '3',
    ';',
    'm',
    '\u0007',
    '\\',
    '\n',
    '\u202e',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(nasty, fc.string({ unit: 'binary' }))), (parts) => {
      expect(printable(parts.join(''))).not.toMatch(ACTIVE);
      expect(oneLine(parts.join(''))).not.toMatch(/\n/);
      expect(printable(parts.join(''), true).replaceAll(COLOURS, '')).not.toMatch(ACTIVE);
    }),
  );
});

it('escapes in JSON what it must not lose', () => {
  const value = { text: 'a\u001b[2J\u009b2J\u202e\u2066\ufeff\u007f\n\u{e0041}' };
  expect(jsonText(value)).not.toMatch(ACTIVE);
  expect(JSON.parse(jsonText(value))).toEqual(value);
});
