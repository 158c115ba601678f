import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OPTION_RANGES } from '../src/core/options.ts';
import type { Result } from '../src/core/result.ts';
import { HISTORY_SUFFIX, openHistory } from '../src/store/histories.ts';
import { readResult } from '../src/store/results.ts';
import type { Figure } from './harness/figure.ts';
import { probeCommand, run } from './harness/script.ts';
import { exactly } from './harness/statistics.ts';

/** As many as the command line takes. */
const READERS = OPTION_RANGES.readers[1];
const DATA = ['--rows', '1000', '--dims', '16', '--duration', '5'];

export const many: Figure = {
  name: 'many',
  issue: 14,
  about: `a run of the reference backend with ${READERS} readers: memory of the coordinator, and whether all is saved`,
  heavy: true,
  async *measure({ place }) {
    yield await place.during(async (directory) => {
      const args = ['reference', '--readers', String(READERS), ...DATA, '--results', directory];
      const { peak, wallS } = await run([probeCommand, ...args, '--quiet'], true);
      const { counts, events } = await saved(directory);
      return {
        figure: `${READERS} readers: peak memory of the coordinator`,
        estimate: exactly(peak.ownBytes / 1e6),
        unit: 'MB',
        limit: { atMost: 250 },
        note: `${counts.reads_ok} reads, ${events} events saved, ${wallS.toFixed(1)} s in all`,
      };
    });
  },
};

/** What the run saved, read back to its end. Throws where anything is missing. */
async function saved(directory: string): Promise<{ counts: Result['counts']; events: number }> {
  const names = await readdir(directory);
  const name = names.find((file) => file.endsWith('.json'));
  if (name === undefined) throw new Error('no result was saved');
  const { counts, processes, history } = await readResult(join(directory, name));
  const finished = processes.filter(({ role, state }) => role === 'reader' && state === 'finished');
  if (finished.length < READERS) throw new Error(`${finished.length} readers finished`);
  if (history === null || !history.endsWith(HISTORY_SUFFIX))
    throw new Error('no history was saved');
  let events = 0;
  const whole = await openHistory(join(directory, history));
  for await (const part of whole.events()) events += part.length;
  return { counts, events };
}
