/**
 * Short runs of databases that are shared as they may be: `npm run clean-runs [-- <runs> [<at once>]]`. Nothing is wrong in
 * them, so a check that fires is a false alarm. Prints how many runs there were and what fired, and exits 1 if anything did.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const probe = fileURLToPath(new URL('../bin/probe.js', import.meta.url));
const run = promisify(execFile);

const SHORT =
  '--rows 200 --dims 8 --batch 16 --readers 2 --duration 0.6 --staleness-bound 0.3 --no-save --quiet --json';
const KINDS = [
  'reference --writers 2',
  'reference --writers 2 --keys shared',
  'duckdb --writers 2 --access owner',
  'duckdb --writers 1 --access connections',
  // Not with shared keys: two upserts of one new key at once leave it twice, which is no false alarm.
  'lancedb --writers 2',
];
/** Findings of these exit codes are results, too. */
const RESULTS = [0, 1, 3];

const [runs = 1000, atOnce = 1] = process.argv.slice(2).map(Number);
const verdicts = new Map();
const alarms = [];
let next = 0;
let done = 0;

async function work() {
  while (next < runs) {
    const seed = ++next;
    const kind = KINDS[seed % KINDS.length];
    const result = await resultOf(`${kind} --seed ${seed} ${SHORT}`);
    const key = `${kind}: ${result.verdict}`;
    verdicts.set(key, (verdicts.get(key) ?? 0) + 1);
    for (const check of result.checks) {
      if (check.verdict === 'fail')
        alarms.push(`${kind} --seed ${seed}: ${check.name}: ${check.because}`);
    }
    if (++done % 50 === 0)
      process.stderr.write(`${done} of ${runs} runs, ${alarms.length} alarms\n`);
  }
}

async function resultOf(line) {
  const options = { maxBuffer: 2 ** 28 };
  const { stdout } = await run(process.execPath, [probe, ...line.split(' ')], options).catch(
    (error) => {
      if (RESULTS.includes(error.code) && error.stdout !== '') return error;
      throw error;
    },
  );
  return JSON.parse(stdout);
}

await Promise.all(Array.from({ length: atOnce }, work));
const sorted = [...verdicts].toSorted(([a], [b]) => (a < b ? -1 : 1));
const lines = [
  ...sorted.map(([key, count]) => `${String(count).padStart(5)} ${key}`),
  ...alarms.map((alarm) => `ALARM ${alarm}`),
  `${done} clean runs, ${alarms.length} alarms`,
];
process.stdout.write(`${lines.join('\n')}\n`);
process.exitCode = alarms.length > 0 ? 1 : 0;
