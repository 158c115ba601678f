import { formatCount, plural } from '../core/count-text.ts';
import { conclude, Findings, type Check } from './check.ts';
import { finding, readText, rowsText } from './describe.ts';
import { nothingRead } from './reasons.ts';

/** A row's checksum does not match its id, batch and embedding. */
export function createTorn(): Check {
  const findings = new Findings();
  let verified = 0;
  const describe = (who: string, torn: readonly [number, number][]) => {
    const ids = torn.map(([id]) => id);
    const batches = [...new Set(torn.map(([, batch]) => batch))];
    const text = `${who} returned ${rowsText(ids)} (batch ${batches.join(', ')}) with a checksum that does not match`;
    return { text, ids, batches };
  };
  return {
    findings,
    read(rows, event) {
      verified += rows.count;
      const { torn } = event;
      if (torn === undefined || torn.length === 0) return;
      findings.add(torn.length, () => {
        const { text, ids, batches } = describe(readText(event), torn);
        return finding(text, ids, batches, event);
      });
    },
    scan(rows, { torn }) {
      verified += rows.count;
      if (torn === undefined || torn.length === 0) return;
      findings.addAudited(torn.length, () => {
        const { text, ids, batches } = describe('the audit', torn);
        return finding(text, ids, batches, null);
      });
    },
    finish: () =>
      conclude(findings, {
        fail: `${formatCount(findings.count)} of ${plural(verified, 'row')} do not match their checksum`,
        unknown: nothingRead(verified),
        pass: `${plural(verified, 'row')} match their checksum`,
      }),
  };
}
