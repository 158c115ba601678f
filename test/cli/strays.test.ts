/** What bears the name of a run's directory and is none of ours to remove stops nothing, and is told by `probe clean`. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OWNER_FILE, ownIdentity } from '../../src/experiment/owner-file.ts';
import { NOBODY, noNobody } from '../support/nobody.ts';
import { temporaryDirectory } from '../support/run.ts';
import { BIN, probe } from './probe.ts';

const TINY = '--rows 20 --dims 4 --batch 4 --readers 1 --duration 0.1 --no-save --json'.split(' ');
const NAME = 'probe-run-0123456789ab';

const pipe = (path: string): void => void spawnSync('mkfifo', [path]);
const ownedBy = (path: string, text: string): void => {
  mkdirSync(path);
  writeFileSync(join(path, OWNER_FILE), text);
};
/** A process that has ended. */
const gone = (): number => spawnSync('true').pid;
const isRoot = process.getuid!() === 0;

const KINDS: Record<string, [make: (path: string) => void, why: RegExp]> = {
  'a file': [(path) => writeFileSync(path, ''), /is no directory of a run/],
  'a named pipe': [pipe, /is no directory of a run/],
  'a link to nothing': [(path) => symlinkSync('/nowhere', path), /is no directory of a run/],
  'a directory whose owner file is a directory': [
    (path) => mkdirSync(join(path, OWNER_FILE), { recursive: true }),
    /cannot be looked at \(.*owner\.json is a directory, not a file\)/,
  ],
  'a directory whose owner file is a named pipe': [
    (path) => {
      mkdirSync(path);
      pipe(join(path, OWNER_FILE));
    },
    /cannot be looked at \(.*owner\.json is a named pipe, not a file\)/,
  ],
  'a directory whose owner file is huge': [
    (path) => {
      ownedBy(path, JSON.stringify({ ...ownIdentity(), pid: gone() }));
      truncateSync(join(path, OWNER_FILE), 2 ** 40);
    },
    /cannot be looked at \(.*owner\.json has more than 4096 bytes\)/,
  ],
  'a directory whose owner file is half written': [
    (path) => ownedBy(path, '{"pid":'),
    /was made by a process that it does not name, which cannot be proven gone/,
  ],
  'a directory of another container': [
    (path) => ownedBy(path, JSON.stringify({ ...ownIdentity(), pid: gone(), pidNamespace: 'x' })),
    /was made by process \d+ of another container or host, .*, which cannot be proven gone/,
  ],
  'a directory of another boot': [
    (path) => ownedBy(path, JSON.stringify({ ...ownIdentity(), pid: gone(), bootId: 'x' })),
    /was made by process \d+ of another container or host, .*, which cannot be proven gone/,
  ],
  ...(isRoot && {
    'a directory of another user': [
      (path: string) => {
        ownedBy(path, JSON.stringify({ ...ownIdentity(), pid: gone() }));
        chownSync(path, 12_345, 12_345);
      },
      /belongs to another user \(12345\)/,
    ],
  }),
};

it.each(Object.keys(KINDS))('%s is left alone and told in one line', async (kind) => {
  const tmp = await temporaryDirectory();
  const path = join(tmp, NAME);
  const [make, why] = KINDS[kind]!;
  make(path);
  for (const args of [[], ['--yes']]) {
    const { code, stdout, stderr } = await probe(['clean', ...args], { TMPDIR: tmp });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [told, ...rest] = stdout.split('\n');
    expect(told!.startsWith(`${path} `) && told!.endsWith('; it is left alone.')).toBe(true);
    expect(told).toMatch(why);
    expect(rest).toEqual(['No killed run has left anything.', '']);
  }
  expect(readdirSync(tmp)).toEqual([NAME]);
});

it('a run goes on beside all of them, and says nothing of them', async () => {
  const tmp = await temporaryDirectory();
  for (const [i, [make]] of Object.values(KINDS).entries()) {
    make(join(tmp, `probe-run-${String(i).padStart(12, '0')}`));
  }
  const before = readdirSync(tmp);
  const { stdout, stderr } = await probe(['reference', ...TINY], { TMPDIR: tmp });
  expect(stderr).not.toMatch(/probe-run-|error:|bug/);
  expect(JSON.parse(stdout)).toMatchObject({ errors: [] });
  expect(readdirSync(tmp)).toEqual(before);
});

it.skipIf(noNobody !== '')(
  `a directory that its own user may not look into is left alone and told${noNobody}`,
  async () => {
    const tmp = await temporaryDirectory();
    const path = join(tmp, NAME);
    chmodSync(tmp, 0o777);
    mkdirSync(path);
    const { uid, gid } = { uid: process.getuid!(), gid: process.getgid!(), ...NOBODY };
    chownSync(path, uid, gid);
    chmodSync(path, 0o000);
    const env = { TMPDIR: tmp };
    const { code, stdout, stderr } = await probe(['clean', '--yes'], env, BIN, NOBODY);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\S+ cannot be looked at \(EACCES: [^\n]+\); it is left alone\.\nNo /);
    const run = await probe(['reference', ...TINY], env, BIN, NOBODY);
    expect(run.stderr).not.toMatch(/probe-run-|error:|bug/);
    expect(JSON.parse(run.stdout)).toMatchObject({ errors: [] });
  },
);

it.skipIf(noNobody !== '' || !isRoot)(
  `what may not be removed is one sentence, after the others were removed${noNobody}`,
  async () => {
    const tmp = await temporaryDirectory();
    chmodSync(tmp, 0o777);
    const names = ['probe-run-000000000000', 'probe-run-111111111111'];
    for (const name of names) {
      ownedBy(join(tmp, name), JSON.stringify({ ...ownIdentity(), pid: gone() }));
      mkdirSync(join(tmp, name, 'closed'));
      writeFileSync(join(tmp, name, 'closed', 'file'), '');
      chownSync(join(tmp, name), NOBODY.uid!, NOBODY.gid!);
    }
    for (const path of ['closed', 'closed/file']) {
      chownSync(join(tmp, names[1]!, path), NOBODY.uid!, NOBODY.gid!);
    }
    const env = { TMPDIR: tmp };
    const { code, stderr } = await probe(['clean', '--yes'], env, BIN, NOBODY);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: \S+-000000000000 cannot be removed: EACCES: [^\n]+\n$/);
    expect(readdirSync(tmp)).toEqual([names[0]]);
  },
);
