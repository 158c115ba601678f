/** Many executions looked at, each by something that may find a contradiction in it. */
import type { Event } from '../../src/core/history.ts';
import { GUARANTEES, type Guarantee } from '../../src/core/names.ts';
import { Random } from '../../src/core/random.ts';
import { randomExecution } from './executions.ts';
import { factsOf, hasRivals, type Facts } from './facts.ts';
import { hasOrderByRules, refutedBy } from './oracle.ts';
import { shrunk } from './shrunk.ts';

/** How many executions were of each kind: what proves that a survey was not for nothing. */
export type Census = Record<'executions' | 'legal' | 'rivals' | 'operations' | 'reads', number> &
  Record<Guarantee, number>;

export interface Looked {
  readonly events: Event[];
  readonly facts: Facts;
  /** By the rules, the weakest guarantee that no order gives; null if one order gives all. */
  readonly refuted: Guarantee | null;
}

/** What contradicts what in an execution, in words; null if nothing does. */
export type Look = (looked: Looked) => string | null | Promise<string | null>;

/** Looks at so many executions of this seed; the first contradiction is thrown, with the fewest events that show it. */
export async function survey(seed: number, count: number, look: Look): Promise<Census> {
  const census = Object.fromEntries(
    ['executions', 'legal', 'rivals', 'operations', 'reads', ...GUARANTEES].map((name) => [
      name,
      0,
    ]),
  ) as Census;
  for (let i = 0; i < count; i++) {
    const events = randomExecution(new Random(seed, i));
    const looked = lookedAt(events);
    if ((await look(looked)) !== null) throw await contradictionOf(events, look, `${seed}, ${i}`);
    const { facts, refuted } = looked;
    census.executions++;
    census[refuted ?? 'legal']++;
    if (hasRivals(facts)) census.rivals++;
    census.operations += facts.operations.length;
    census.reads += facts.reads.length;
  }
  return census;
}

function lookedAt(events: Event[]): Looked {
  const facts = factsOf(events);
  return { events, facts, refuted: refutedBy(facts, hasOrderByRules) };
}

async function contradictionOf(events: Event[], look: Look, seed: string): Promise<Error> {
  const fewest = await shrunk(events, async (fewer) => (await look(lookedAt(fewer))) !== null);
  const what = await look(lookedAt(fewest));
  const lines = fewest.slice(1).map((event) => JSON.stringify(event));
  return new Error(`execution ${seed}: ${what}\n${lines.join('\n')}`);
}
