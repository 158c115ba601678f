/** Executions of the literature, written by somebody who did not write the checks: what `probe recheck` says of each. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { recheck } from '../../src/cli/recheck.ts';
import type { Verdict } from '../../src/core/names.ts';

const FOLDER = 'test/fixtures/catalogue';
const SUFFIX = '.history.ndjson';

const expected = JSON.parse(readFileSync(`${FOLDER}/expected.json`, 'utf8')) as Record<
  string,
  { verdict: Verdict[]; why: string }
>;

it('the catalogue says what to expect of each of its histories', () => {
  const histories = readdirSync(FOLDER).filter((name) => name.endsWith(SUFFIX));
  const names = histories.map((name) => name.slice(0, -SUFFIX.length));
  expect(names.toSorted()).toEqual(Object.keys(expected).toSorted());
});

it.each(Object.entries(expected).map(([name, { verdict, why }]) => [name, why, verdict] as const))(
  '%s: %s',
  async (name, _why, verdict) => {
    expect(verdict).toContain((await recheck(`${FOLDER}/${name}${SUFFIX}`)).verdict);
  },
);
