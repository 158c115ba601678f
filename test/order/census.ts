import { expect } from 'vitest';
import { GUARANTEES } from '../../src/core/names.ts';
import type { Census } from './survey.ts';

/** Fails where too few executions were of some kind to prove anything. */
export function expectVariety(census: Census): void {
  const share = (count: number): number => count / census.executions;
  const said = JSON.stringify(census);
  expect(share(census.legal), said).toBeGreaterThan(0.2);
  expect(share(census.executions - census.legal), said).toBeGreaterThan(0.2);
  for (const guarantee of GUARANTEES) expect(share(census[guarantee]), said).toBeGreaterThan(0.005);
  expect(share(census.rivals), said).toBeGreaterThan(0.2);
  expect(share(census.operations), said).toBeGreaterThan(2.5);
  expect(share(census.reads), said).toBeGreaterThan(2.5);
}
