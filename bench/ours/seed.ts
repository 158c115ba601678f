/** A coordinator that only seeds, with its guard and its seeder: for what the whole process tree needs. */
import type { RunOptions } from '../../src/core/options.ts';
import { Guard } from '../../src/experiment/guard.ts';
import { seed } from '../harness/jobs.ts';

const { options, path } = JSON.parse(process.argv[2]!) as { options: RunOptions; path: string };
const guard = new Guard();
const seconds = await seed(guard, options, path);
await guard.close();
console.log(JSON.stringify({ seconds }));
