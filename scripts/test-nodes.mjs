/** Runs the test suite on each supported Node, whose binary the npm package `node` brings. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const VERSIONS = ['20.20.2', '22', '24'];
const asked = process.argv.slice(2);
const outcomes = [];

for (const version of asked.length > 0 ? asked : VERSIONS) {
  const folder = mkdtempSync(join(tmpdir(), 'probe-node-'));
  try {
    run('npm', ['install', '--silent', '--no-save', '--prefix', folder, `node@${version}`]);
    const node = join(folder, 'node_modules', 'node', 'bin', 'node');
    const found = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
    // Children are started with process.execPath, so they run on the same Node.
    const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` };
    const code = run(node, ['node_modules/vitest/vitest.mjs', 'run'], env);
    outcomes.push([found, code]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
for (const [version, code] of outcomes) {
  process.stdout.write(`${version}: ${code === 0 ? 'passed' : `failed (exit ${code})`}\n`);
}
process.exitCode = outcomes.every(([, code]) => code === 0) ? 0 : 1;

function run(command, args, env = process.env) {
  return spawnSync(command, args, { stdio: 'inherit', env }).status;
}
