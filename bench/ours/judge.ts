/** All checks over a history that is in memory already: nothing is read or parsed. */
import { judge } from '../../src/checks/index.ts';
import { historyOf, type Event } from '../../src/core/history.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { syntheticHistory } from '../harness/synthetic.ts';

const parameters = JSON.parse(process.argv[2]!) as { options: RunOptions; events: number };
const events: Event[] = [];
for (const part of syntheticHistory(parameters.options, parameters.events)) {
  for (const event of part) events.push(event);
}
const began = performance.now();
const { checks } = await judge(historyOf(events));
const perSecond = events.length / ((performance.now() - began) / 1000);
console.log(JSON.stringify({ perSecond, checks }));
