import { ACCESSES } from '../src/core/names.ts';
import type { Figure } from './harness/figure.ts';
import { backendOf, DRIVERS, optionsOf } from './harness/options.ts';
import { probe, stalenessWaitS, windowS } from './harness/probe-run.ts';
import { meanOf } from './harness/statistics.ts';

const READERS = [1, 4];
const CELL = '--rows 1000 --dims 128 --duration 0.3 --staleness-bound 0.2';

export const matrix: Figure = {
  name: 'matrix',
  issue: 4,
  about: '24 short cells of 1000 x 128: time outside windows and staleness bounds, per cell',
  async *measure() {
    const outsideS: number[] = [];
    let slowest = { cell: '', tookS: 0 };
    for (const driver of DRIVERS) {
      const { lacks } = await backendOf(driver);
      for (const access of ACCESSES.filter((name) => lacks[name] === undefined)) {
        for (const readers of READERS) {
          const args = `${CELL} --access ${access} --readers ${readers}`;
          const began = performance.now();
          const result = await probe(await optionsOf(driver, args));
          const wallS = (performance.now() - began) / 1000;
          const tookS = wallS - windowS(result) - stalenessWaitS(result);
          outsideS.push(tookS);
          if (tookS > slowest.tookS) slowest = { cell: `${driver} ${access} ${readers}`, tookS };
        }
      }
    }
    yield {
      figure: `matrix of ${outsideS.length} cells, per cell`,
      estimate: meanOf(outsideS),
      unit: 's',
      limit: { atMost: 2.5 },
      note: `slowest: ${slowest.cell}, ${slowest.tookS.toFixed(2)} s`,
    };
  },
};
