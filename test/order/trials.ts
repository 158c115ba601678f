/** Executions of a simulated database, and what the engine refutes in them. */
import { GUARANTEES, type Guarantee } from '../../src/core/names.ts';
import { Random } from '../../src/core/random.ts';
import { simulated, type Simulated } from './databases.ts';
import { orderOf } from './engine.ts';

/** Of each writer: with two, 200 operations and more in an execution. */
const OPERATIONS = 110;

export interface Tried {
  /** Executions in which the engine refuted what the database gives; none is right. */
  readonly slandered: number[];
  /** For each guarantee that it lacks, the share of executions in which the engine refuted it. */
  readonly shares: Partial<Record<Guarantee, number>>;
}

export async function tried(database: Simulated, seed: number, executions: number): Promise<Tried> {
  const { keeps, lacks } = database;
  const kept = GUARANTEES.slice(0, keeps === null ? 0 : GUARANTEES.indexOf(keeps) + 1);
  const slandered: number[] = [];
  const counts = new Map<Guarantee, number>();
  for (let i = 0; i < executions; i++) {
    const { refuted } = await orderOf(simulated(database, OPERATIONS, new Random(seed, i)));
    if (refuted.some((guarantee) => kept.includes(guarantee))) slandered.push(i);
    for (const guarantee of refuted) counts.set(guarantee, (counts.get(guarantee) ?? 0) + 1);
  }
  const shares = lacks.map((guarantee) => [guarantee, (counts.get(guarantee) ?? 0) / executions]);
  return { slandered, shares: Object.fromEntries(shares) as Tried['shares'] };
}

/** What a trial should not have found; empty if all is right. */
export function complaintsOf({ slandered, shares }: Tried): string[] {
  const missed = Object.entries(shares).filter(([, share]) => share < 0.9);
  return [
    ...slandered.slice(0, 5).map((i) => `execution ${i}: it refutes what the database gives`),
    ...missed.map(([name, share]) => `${name} is refuted in a share of ${share} only`),
  ];
}
