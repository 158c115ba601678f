/** The engine, asked as the oracles are. */
import { judge } from '../../src/checks/index.ts';
import { historyOf, type Event } from '../../src/core/history.ts';
import { GUARANTEES } from '../../src/core/names.ts';
import type { OrderResult } from '../../src/core/result.ts';
import { BOUNDED, hasOrderByRules, OWN } from './oracle.ts';
import type { Looked } from './survey.ts';

/** Without the final state: that of an execution that was perturbed may contradict the reads, and the oracles look at none. */
export function readsOf(events: readonly Event[]): Event[] {
  return events.filter((event) => !('process' in event) || event.process !== 'audit');
}

/** Of the reads alone. */
export async function orderOf(events: Event[]): Promise<OrderResult> {
  const { order } = await judge(historyOf(readsOf(events)));
  if (order === null) throw new Error('the order of the operations was not judged');
  return order;
}

/** Whether the engine refutes, level by level, what the oracle does, and has looked at as many reads. */
export async function disagreement({ events, facts, refuted }: Looked): Promise<string | null> {
  const order = await orderOf(events);
  const weakest = GUARANTEES.find((guarantee) => order.refuted.includes(guarantee)) ?? null;
  if (weakest !== refuted) return `the engine refutes ${weakest}, the oracle ${refuted}`;
  if (order.reads === facts.reads.length) return null;
  return `the engine has looked at ${order.reads} reads of ${facts.reads.length}`;
}

/** Whether what the engine calls the least bound is one, and the least: where all weaker guarantees hold. */
export async function boundDisagreement({ events, facts }: Looked): Promise<string | null> {
  if (!hasOrderByRules(facts, OWN)) return null;
  const { behind_us: boundUs } = await orderOf(events);
  if (boundUs === null) return null;
  if (!hasOrderByRules({ ...facts, boundUs }, BOUNDED)) return `${boundUs} us is not enough`;
  const isLeast = boundUs === 0 || !hasOrderByRules({ ...facts, boundUs: boundUs - 1 }, BOUNDED);
  return isLeast ? null : `less than ${boundUs} us is enough`;
}
