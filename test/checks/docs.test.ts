/** docs/checks.md: each check has a section, and fires on the history that stands there, alone. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CHECKS } from '../../src/core/names.ts';
import { EDGE_KINDS } from '../../src/core/result.ts';
import { failing, judged } from '../support/history-dsl.ts';

const page = readFileSync('docs/checks.md', 'utf8');
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.split('\n', 1)[0]!, section] as const),
);

it('describes every check, in their order, and no other', () => {
  expect([...sections.keys()]).toEqual(CHECKS);
});

it.each(CHECKS)(
  '%s has its definition, its source, and a history on which it alone fires',
  async (name) => {
    const section = sections.get(name)!;
    expect(section).toMatch(/[*_]Source[*_]:/);
    const history = /^```history\n([^]*?)^```/m.exec(section)![1]!;
    expect(failing(await judged(history))).toEqual([name]);
  },
);

it('names every edge of a finding as results do', () => {
  const rows = [...page.matchAll(/^\| [A-Z] +\| `(\w+)` +\|/gm)].map(([, kind]) => kind);
  expect(new Set(rows)).toEqual(new Set(EDGE_KINDS));
});
