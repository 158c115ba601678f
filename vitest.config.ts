import { defineConfig } from 'vitest/config';

/** What starts no process: it competes with nobody, and needs no build. */
const QUICK = [
  'test/architecture.test.ts',
  'test/{bench,checks,core,order,report,worker}/**/*.test.ts',
];

/** What is done to runs at random: some minutes, `npm run test:chaos`. */
const CHAOS = ['test/chaos/chaos-runs.test.ts'];

/** What takes minutes and is not part of `npm test`: `npm run test:long`. */
const LONG = ['test/**/*.long.test.ts'];

/** Nothing hangs for ever; a slow machine is no failure. */
const LIMITS = { testTimeout: 60_000, hookTimeout: 60_000 };
const LONG_LIMITS = { testTimeout: 1_200_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    reporters: ['default', './test/support/counts-reporter.ts'],
    projects: [
      {
        test: {
          name: 'quick',
          include: QUICK,
          exclude: LONG,
          isolate: false,
          sequence: { groupOrder: 0 },
          ...LIMITS,
        },
      },
      {
        test: {
          name: 'processes',
          include: ['test/**/*.test.ts'],
          exclude: [...QUICK, ...CHAOS, ...LONG],
          globalSetup: ['test/global-setup.ts'],
          // Files one after another, so that two runs never compete for the cores.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          ...LIMITS,
        },
      },
      {
        test: {
          name: 'chaos',
          include: CHAOS,
          globalSetup: ['test/global-setup.ts'],
          sequence: { groupOrder: 2 },
          ...LIMITS,
        },
      },
      { test: { name: 'long', include: LONG, sequence: { groupOrder: 3 }, ...LONG_LIMITS } },
    ],
  },
});
