import { formatCount, plural } from '../core/count-text.ts';
import { conclude, Findings, type Check, type Run } from './check.ts';
import { finding, readText, rowsText } from './describe.ts';
import { noWriters } from './reasons.ts';

/** A visible chunk whose file row is not visible, although chunks were read first. */
export function createOrphan(run: Run): Check {
  const findings = new Findings();
  let asked = 0;
  return {
    findings,
    files(event) {
      asked += event.asked ?? 0;
      const { missing = [] } = event;
      if (missing.length === 0) return;
      findings.add(missing.length, () => {
        const text = `${readText(event)} did not find the file ${rowsText(missing)} of chunks it had just read`;
        return finding(text, missing, [], event);
      });
    },
    audited({ missingFiles }) {
      if (missingFiles.length === 0) return;
      findings.addAudited(missingFiles.length, () => {
        const text = `the database has chunks and not their file ${rowsText(missingFiles)}`;
        return finding(text, missingFiles, [], null);
      });
    },
    finish({ audits }) {
      const audited = audits.reduce((sum, end) => sum + (end?.type === 'ok' ? end.files : 0), 0);
      const none = asked === 0 && !audits.some((end) => end?.type === 'ok');
      return conclude(findings, {
        fail: `${plural(findings.count, 'file row')} missing beside visible chunks`,
        skipped: [
          ...noWriters(run),
          [none && run.options.readers === 0, 'there were no readers, and no audit'],
        ],
        unknown: [[none, 'no file rows were read']],
        pass: `no chunk without its file row: ${formatCount(asked)} asked for by readers, ${formatCount(audited)} in the audit`,
      });
    },
  };
}
