import { median } from 'simple-statistics';
import type { Limit, Row } from './figure.ts';
import { ratioOf } from './statistics.ts';

/** What each side of each pair measured. */
export interface Pairs {
  ours: number[];
  bare: number[];
}

/** ours, bare, bare, ours, ...: what drifts meanwhile reaches both sides alike. */
export async function interleaved(
  pairs: number,
  ours: () => Promise<number>,
  bare: () => Promise<number>,
): Promise<Pairs> {
  const measured: Pairs = { ours: [], bare: [] };
  for (let pair = 0; pair < pairs; pair++) {
    const first = pair % 2 === 0 ? 'ours' : 'bare';
    const second = first === 'ours' ? 'bare' : 'ours';
    for (const side of [first, second] as const) {
      measured[side].push(await (side === 'ours' ? ours() : bare()));
    }
  }
  return measured;
}

/** The row of a ratio; `show` says one side's median in its own unit. */
export function ratioRow(
  figure: string,
  { ours, bare }: Pairs,
  limit: Limit | undefined,
  show: (value: number) => string,
): Row {
  const note = `${show(median(ours))} against ${show(median(bare))}`;
  const estimate = ratioOf(ours, bare);
  return { figure, estimate, unit: 'x', note, ...(limit === undefined ? {} : { limit }) };
}

export const perSecond = (value: number): string =>
  `${value >= 100 ? Math.round(value) : value.toFixed(1)}/s`;
export const seconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} s`;
export const microseconds = (value: number): string => `${value.toFixed(2)} us`;
export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
