import type { Latencies, Percentiles, ProcessResult, Result } from '../core/result.ts';
import { formatCount } from '../core/count-text.ts';
import { shownAs } from '../core/percentiles.ts';
import { rateOf, totalRateOf } from '../core/rates.ts';
import { processName } from '../core/refusals.ts';
import type { Paint } from './paint.ts';
import { tableThatFits } from './table.ts';
import { formatDuration, formatRate } from './text.ts';

const HEAD = ['process', 'ok', 'err', 'refused', 'ops/s', 'p50', 'p95', 'p99', 'max', 'state'];
const NONE = '–';

/** One row per process, and one each for all writers and all readers. */
export function processTable(result: Result, width: number, paint: Paint): string[] {
  const { counts, processes, latency_us: latencies } = result;
  const rows = processes.map((process) => processRow(process, result, paint));
  const total = (role: 'writer' | 'reader', what: 'writes' | 'reads'): void => {
    const those = processes.filter((process) => process.role === role);
    if (those.length === 0) return;
    const refused = those.reduce((sum, process) => sum + process.counts.open_err, 0);
    const row = [
      what,
      ...[counts[`${what}_ok`], counts[`${what}_err`], refused].map(formatCount),
      rateText(totalRateOf(result, `${what}_ok`)),
      ...percentileCells(mainLatency(role, latencies)),
    ];
    rows.push([...row.map((cell) => paint('bold', cell)), '']);
  };
  total('writer', 'writes');
  total('reader', 'reads');
  // Where there is no room: first a column of zeros, then p95.
  const isRefused = processes.some(({ counts: { open_err: refused } }) => refused > 0);
  const less = isRefused ? ['p95'] : ['refused', 'p95'];
  return tableThatFits(HEAD, rows, { left: ['process', 'state'], less, width, paint }).lines;
}

/** Which latency the table shows: of searches, and of inserts (or upserts). */
function mainLatency(role: ProcessResult['role'], latencies: Latencies): Percentiles | undefined {
  return role === 'reader' ? latencies.search : (latencies.insert ?? latencies.upsert);
}

/** How a process ended, with its signal or exit code where it did not end by itself. */
export function stateOf({ state, signal, exit }: ProcessResult): string {
  if (state !== 'died') return state;
  if (signal !== null) return `died ${signal}`;
  return exit === null ? 'died' : `died exit ${exit}`;
}

function processRow(process: ProcessResult, result: Result, paint: Paint): string[] {
  const { role, counts, latency_us: latencies, state } = process;
  const [ok, err] =
    role === 'reader' ? [counts.reads_ok, counts.reads_err] : [counts.writes_ok, counts.writes_err];
  const work =
    role === 'owner'
      ? [NONE, NONE, formatCount(counts.open_err), NONE]
      : [...[ok, err, counts.open_err].map(formatCount), rateText(rateOf(process, ok, result))];
  const bad = state === 'died' || state === 'hung';
  const text = stateOf(process);
  return [
    processName(process),
    ...work,
    ...percentileCells(mainLatency(role, latencies)),
    bad ? paint('red', text) : state === 'refused' ? paint('yellow', text) : text,
  ];
}

function rateText(perSecond: number | null): string {
  return perSecond === null ? NONE : formatRate(perSecond);
}

function percentileCells(latency: Percentiles | undefined): string[] {
  if (latency === undefined) return [NONE, NONE, NONE, NONE];
  return (['p50', 'p95', 'p99', 'max'] as const).map((name) =>
    formatDuration(shownAs(name, latency).us),
  );
}
