import type { Figure } from './harness/figure.ts';
import { interleaved, milliseconds, ratioRow } from './harness/pairs.ts';
import { probeCommand, run } from './harness/script.ts';

/** They are short: more of them cost nothing and tell more. */
const PAIRS_EACH = 3;

export const cli: Figure = {
  name: 'cli',
  issue: 2,
  about: '`probe --help` against `node -e 0`',
  async *measure({ pairs }) {
    const measured = await interleaved(
      pairs * PAIRS_EACH,
      async () => (await run([probeCommand, '--help'])).wallS * 1000,
      async () => (await run(['-e', '0'])).wallS * 1000,
    );
    yield ratioRow('probe --help', measured, { atMost: 2 }, milliseconds);
  },
};
