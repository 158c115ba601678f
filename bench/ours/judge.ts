/** Checks over a history that is made while it is judged; the time that its making takes is not counted. */
import { checkCreators, judge } from '../../src/checks/index.ts';
import type { CheckCreators } from '../../src/checks/court.ts';
import type { Event, History } from '../../src/core/history.ts';
import { CHECKS, type CheckName } from '../../src/core/names.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { syntheticHistory, type LoadName } from '../harness/synthetic.ts';

/** Few enough to be in the processor's cache still when they are judged, as a saved history's are. */
const PART_EVENTS = 100;

const READS: ReadonlySet<string> = new Set(['search', 'poll', 'drain', 'point', 'files', 'scan']);

const {
  options,
  events: wantedEvents,
  load,
  only,
} = JSON.parse(process.argv[2]!) as {
  options: RunOptions;
  events: number;
  load: LoadName;
  /** The one check that is asked; null for all. */
  only: CheckName | null;
};
let events = 0;
let makingMs = 0;

/** As a saved history, it gives the writes apart. */
const history: History = {
  async *events() {
    for await (const part of parts(() => true)) {
      events += part.length;
      yield part;
    }
  },
  writes: () => parts((event) => !('f' in event && READS.has(event.f))),
};

async function* parts(wanted: (event: Event) => boolean): AsyncGenerator<Event[]> {
  let began = performance.now();
  let part: Event[] = [];
  for (const round of syntheticHistory(options, wantedEvents, load)) {
    for (const event of round) if (wanted(event)) part.push(event);
    if (part.length < PART_EVENTS) continue;
    makingMs += performance.now() - began;
    yield part;
    part = [];
    began = performance.now();
  }
  makingMs += performance.now() - began;
  yield part;
}

const began = performance.now();
const { checks } = await judge(history, creatorsOf(only));
const tookS = (performance.now() - began - makingMs) / 1000;
console.log(JSON.stringify({ perSecond: events / tookS, checks }));

/** The checks that are not asked look at nothing. */
function creatorsOf(asked: CheckName | null): CheckCreators {
  if (asked === null) return checkCreators;
  const idle = { verdict: 'skipped', because: 'not asked', count: 0, findings: [] } as const;
  const sleeper = { finish: () => ({ ...idle, findings: [], auditRows: 0 }) };
  const created = CHECKS.map((name) => [
    name,
    name === asked ? checkCreators[name] : () => sleeper,
  ]);
  return Object.fromEntries(created) as CheckCreators;
}
