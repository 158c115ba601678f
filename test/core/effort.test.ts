import { expect, it } from 'vitest';
import { Effort, tooTangled } from '../../src/core/effort.ts';

it('work may take as many steps as were granted, and is refused at the next one', () => {
  const effort = new Effort(10, tooTangled('its reads'));
  effort.spend(4);
  effort.spend(0);
  effort.spend(6);
  const refusal = 'its reads take more than 10 comparisons: it is too tangled';
  expect(() => effort.spend(1)).toThrow(refusal);
  // And at all that follow.
  expect(() => effort.spend(0)).toThrow(refusal);
});

it('steps may be parts of one', () => {
  const effort = new Effort(1, tooTangled('its reads'));
  for (let i = 0; i < 4; i++) effort.spend(1 / 4);
  expect(() => effort.spend(1 / 4)).toThrow('its reads take more than 1 comparisons');
});
