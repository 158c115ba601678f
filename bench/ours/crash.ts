/** A campaign of kills as the command line runs it; the memory of this process, which coordinates it, and what it saved. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RunOptions } from '../../src/core/options.ts';
import { runCrash } from '../../src/experiment/crash/campaign.ts';
import { saveCrash } from '../../src/store/crashes.ts';
import type { Campaign } from '../crashing.ts';
import { setupOf } from '../harness/session.ts';

const NAME = 'campaign';

const { options, rounds, dir } = JSON.parse(process.argv[2]!) as {
  options: RunOptions;
  rounds: number;
  dir: string;
};
const rssBytes: number[] = [];
const roundsS: number[] = [];
let beganMs = performance.now();
const result = await runCrash({
  run: { ...(await setupOf(options)), results: { dir, save: true, history: true } },
  crash: { mode: 'kill', victim: 'writer', rounds, filesystems: [] },
  name: NAME,
  onNote: (text) => console.error(text),
  onBegin: () => undefined,
  onRound: () => {
    rssBytes.push(process.memoryUsage.rss());
    const nowMs = performance.now();
    roundsS.push((nowMs - beganMs) / 1000);
    beganMs = nowMs;
  },
});
await saveCrash(dir, NAME, result);

let savedBytes = 0;
for (const path of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
  savedBytes += statSync(join(dir, path)).size;
}
const { failed_rounds: failedRounds } = result;
const campaign: Campaign = { rssBytes, savedBytes, roundsS, failedRounds };
console.log(JSON.stringify(campaign));
