/** All checks over a history that is made while it is judged; the time that its making takes is not counted. */
import { judge } from '../../src/checks/index.ts';
import type { Event, History } from '../../src/core/history.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { syntheticHistory } from '../harness/synthetic.ts';

const PART_EVENTS = 1000;

const parameters = JSON.parse(process.argv[2]!) as { options: RunOptions; events: number };
let readings = 0;
let events = 0;
let makingMs = 0;

const history: History = {
  async *events() {
    readings++;
    let began = performance.now();
    let part: Event[] = [];
    for (const round of syntheticHistory(parameters.options, parameters.events)) {
      part.push(...round);
      if (part.length < PART_EVENTS) continue;
      makingMs += performance.now() - began;
      events += part.length;
      yield part;
      part = [];
      began = performance.now();
    }
    makingMs += performance.now() - began;
    events += part.length;
    yield part;
  },
};

const began = performance.now();
const { checks } = await judge(history);
const tookS = (performance.now() - began - makingMs) / 1000;
console.log(JSON.stringify({ perSecond: events / readings / tookS, checks }));
