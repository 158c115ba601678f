/** `npm run evidence`: renders results/README.md, and the first table in README.md, from the results in results/evidence/. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { backendNames, loadBackend } from '../dist/probes/index.js';
import { evidencePage } from '../dist/src/report/evidence.js';
import { findingsTable } from '../dist/src/report/findings-table.js';
import { readCrash } from '../dist/src/store/crashes.js';
import { readMatrix } from '../dist/src/store/matrices.js';

const root = new URL('..', import.meta.url);
const folder = new URL('results/evidence/', root);
const names = readdirSync(folder).toSorted();
const matrixName = names.find((name) => name.includes('-matrix-'));
const { matrix, results } = await readMatrix(fileURLToPath(new URL(matrixName, folder)));
const crashes = await Promise.all(
  names
    .filter((name) => name.endsWith('.json'))
    .map((name) => readCrash(fileURLToPath(new URL(name, folder)))),
);
const backends = await Promise.all(backendNames.map((name) => loadBackend(name)));
const refreshes = new Map(backends.map(({ name, refresh }) => [name, refresh]));
const evidence = { matrix, results, crashes, refreshes };

const page = new URL('results/README.md', root);
const readme = new URL('README.md', root);
const table = findingsTable(evidence).join('\n');
const [before, , after] = readFileSync(readme, 'utf8').split(/<!-- evidence(?: end)? -->\n/);
const wanted = new Map([
  [page, evidencePage(evidence)],
  [readme, `${before}<!-- evidence -->\n${table}\n<!-- evidence end -->\n${after}`],
]);
for (const [file, text] of wanted) {
  if (process.argv.includes('--check')) {
    if (readFileSync(file, 'utf8') !== text) {
      process.stderr.write(
        `${fileURLToPath(file)} is not what npm run evidence makes of the results\n`,
      );
      process.exitCode = 1;
    }
  } else {
    writeFileSync(file, text);
  }
}
