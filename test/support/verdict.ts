import { judge, type Judgement } from '../../src/checks/index.ts';
import { verdictOf } from '../../src/checks/verdict.ts';
import { MeasuredHistory } from '../../src/cli/measured-history.ts';
import { historyOf, type Event } from '../../src/core/history.ts';
import type { Verdict } from '../../src/core/names.ts';
import { loadBackend } from '../../probes/index.ts';

/** What `recheck` concludes from the events of a history, and what the checks say. */
export async function concluded(
  events: Event[],
): Promise<{ judgement: Judgement; verdict: Verdict }> {
  const history = new MeasuredHistory(historyOf(events));
  const judgement = await judge(history);
  const { options } = history.header;
  const { verdict } = verdictOf({
    ...judgement,
    options,
    backend: (await loadBackend(options.backend))!,
    processes: history.processes(),
    counts: history.metrics.counts(),
    errors: history.metrics.errors(),
    interrupted: history.metrics.interrupted,
  });
  return { judgement, verdict };
}
