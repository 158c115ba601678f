import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDir } from '../store/fixtures.ts';
import { probe } from './probe.ts';

/** Exit 2, one sentence on stderr, nothing on stdout. */
async function refusal(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await probe(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
  return stderr;
}

test.each([
  ['lancdb', /unknown command 'lancdb'.*Did you mean lancedb\?/],
  // Help of the whole program would say nothing of the slip.
  ['lancdb --help', /unknown command 'lancdb'.*Did you mean lancedb\?/],
  ['sqlite', /probe has no backend for sqlite yet; it has: duckdb, lancedb, reference$/m],
  ['sqlite --rows 5 --help', /probe has no backend for sqlite yet/],
  ['crash sqlite', /probe has no backend for sqlite yet; it has: duckdb, lancedb, reference$/m],
  ['nonsense', /unknown command 'nonsense'; --help lists what there is/],
  ['reference --reders 3', /unknown option '--reders'.*Did you mean --readers\?/],
  ['reference --qqqqqq', /unknown option '--qqqqqq'; --help lists what there is/],
  ['reference extra', /too many arguments for 'reference': it takes no argument and got 1\n$/],
  ['recheck a b', /too many arguments for 'recheck': it takes 1 argument and got 2\n$/],
  ['reference --rows', /option '--rows <n>' argument missing/],
  ['list --bug', /Did you mean --bugs\?/],
  ['list --metrics --bugs', /'--bugs' cannot be used with option '--metrics'/],
  ['recheck', /missing required argument 'file'/],
])('probe %s is refused', async (line, message) => {
  expect(await refusal(line.split(' '))).toMatch(message);
});

test.each([
  ['--rows abc', 'a whole number from 1 to 1000000000'],
  ['--rows 0', 'a whole number from 1 to 1000000000'],
  ['--rows 1.5', 'a whole number from 1 to 1000000000'],
  ['--readers 257', 'a whole number from 0 to 256'],
  ['--writers -1', 'a whole number from 0 to 256'],
  ['--duration 0', 'a number from 0.1 to 86400'],
  ['--dims 65537', 'a whole number from 1 to 65536'],
  ['--batch 3', 'an even whole number from 2 to 100000'],
  ['--top-k 1001', 'a whole number from 1 to 1000'],
  ['--seed 0.5', 'a whole number from 0 to 9007199254740991'],
  ['--refresh often', 'one of default, always, reopen, or seconds from 0 to 3600'],
  ['--staleness-bound -1', 'a number from 0 to 3600'],
  ['--write-rate fast', 'a number from 0 to 1000000'],
  ['--read-rate -0.1', 'a number from 0 to 1000000'],
  ['--op-timeout 0', 'a number from 0.1 to 3600'],
  ['--engine-threads 0', 'a whole number from 1 to 256'],
  ['--busy-timeout NaN', 'a number from 0 to 3600'],
  ['--access shared', 'processes, reopen, owner, isolated, threads, connections'],
  ['--open-order nobody', 'writers, readers, race'],
  ['--keys mine', 'own, shared'],
  ['--increment twice', 'none, sql, rmw'],
])('%s is refused with what is allowed', async (line, allowed) => {
  const [option, value] = line.split(' ');
  const message = await refusal(['reference', ...line.split(' ')]);
  expect(message).toContain(`option '${option} <`);
  expect(message).toContain(`argument '${value}' is invalid: `);
  expect(message).toContain(allowed);
});

test('what is no matrix cannot be resumed, and is told what can', async () => {
  const dir = temporaryDir();
  const other = join(dir, 'x.ndjson');
  await writeFile(other, '{"type":"header"}\n{"a":1}\n');
  expect(await refusal(['matrix', '--resume', other])).toContain(
    `option '--resume ${other}' takes the folder of a matrix, or the matrix.json in it`,
  );
  expect(await refusal(['matrix', '--resume', dir])).toContain(
    `${dir} is a folder without a matrix in it: it has no matrix.json`,
  );
  const named = join(dir, 'matrix.json');
  await writeFile(named, '{"a":1}');
  expect(await refusal(['matrix', '--resume', dir])).toContain(
    'not a matrix of probe: no "format"',
  );
});

test.each(['--rows=', '--db=', '--results=', '--bug='])(
  '%s without a value is refused',
  async (arg) => {
    expect(await refusal(['reference', arg])).toContain(`argument '' is invalid: expected `);
  },
);

test.each([
  ['reference --readers 0 --writers 0', "'--readers 0' and '--writers 0'"],
  ['reference --writers 0 --increment sql', 'needs writers'],
  ['reference --overwrite', "'--overwrite' needs '--db <path>'"],
  ['reference --intent', "'--access reopen' only"],
  ['reference --rpc ws', "'--access owner' only"],
  ['reference --bug nonsense', "'--bug nonsense' names no planted bug; there are: "],
  ['duckdb --bug lost', "'--bug lost' is not for duckdb"],
  ['duckdb --refresh always', "'--refresh always' is not for duckdb, which has: "],
  [
    'reference --rows 1000000000 --dims 65536',
    /need about [\d.]+ [GT]iB in .*, where [\d.]+ [KMGT]?i?B are free/,
  ],
])('probe %s is refused', async (line, message) => {
  expect(await refusal(line.split(' '))).toMatch(message);
});

test('a database path that is not ours, or cannot be, is refused', async () => {
  const dir = temporaryDir();
  await mkdir(join(dir, 'folder'));
  await writeFile(join(dir, 'file'), 'precious');
  const paths = ['folder', 'file', 'none/db', 'file/db'].map((name) => join(dir, name));
  for (const path of [...paths, '/proc/db']) {
    for (const more of [[], ['--overwrite']]) {
      expect(await refusal(['reference', '--db', path, ...more])).toContain(`'--db ${path}'`);
    }
  }
});

test('a folder for results that cannot be is refused before anything runs', async () => {
  expect(await refusal(['reference', '--results', '/proc/results'])).toContain('nothing can be');
});

test.each(['missing', 'foreign', 'newer'])('recheck of a %s file is refused', async (kind) => {
  const path = join(temporaryDir(), 'result.json');
  if (kind === 'foreign') await writeFile(path, '{"name": "probe"}');
  if (kind === 'newer') await writeFile(path, '{"format": 99}');
  expect(await refusal(['recheck', path])).toContain(path);
});
