import type { AuditResult, Freshness, Result } from '../core/result.ts';
import { formatBytes, formatCount, plural } from '../core/count-text.ts';
import { processName } from '../core/refusals.ts';
import { oneLine } from './columns.ts';
import { entry } from './entry.ts';
import { evidenceLines } from './evidence-lines.ts';
import { percentilesText } from './metric-text.ts';
import type { Paint } from './paint.ts';
import { formatDuration, formatRate } from './text.ts';

/** What was measured beside counts and latencies: a labelled line each. */
export function measures(result: Result, width: number, paint: Paint): string[] {
  const { freshness_us: lag, start_skew_us: skew, audit } = result;
  const lines: string[] = [];
  const add = (label: string, text: string): void => {
    lines.push(...entry(label, text, width, paint));
  };
  if (lag !== null) add('Freshness', freshnessText(lag, result.order?.behind_us ?? null));
  lines.push(...evidenceLines(result, width, paint));
  if (skew !== null) add('Start', `${formatDuration(skew)} from the first process to the last`);
  for (const text of fairness(result)) add('Fairness', text);
  const retries = result.processes.filter(({ driver_retries: own }) => own !== null);
  if (retries.length > 0) {
    const sum = retries.reduce((total, process) => total + process.driver_retries!, 0);
    add('Retries', `${formatCount(sum)} by the driver itself`);
  }
  const memory = result.processes.filter(({ peak_rss_bytes: bytes }) => bytes !== null);
  if (memory.length > 0) {
    const most = memory.reduce((a, b) => (b.peak_rss_bytes! > a.peak_rss_bytes! ? b : a));
    add(
      'Memory',
      `at most ${formatBytes(most.peak_rss_bytes!)} in one process (${processName(most)})`,
    );
  }
  if (audit !== null) add('Audit', auditText(audit));
  return lines;
}

/** How late commits were shown, how many were not shown in time, and how far behind a read ever was. */
function freshnessText(lag: Freshness, behindUs: number | null): string {
  const { count, after_window: late = 0, never_seen: never } = lag;
  return [
    count === 0
      ? 'no commit was shown by a poll'
      : `${percentilesText(lag, ['p50', 'p99', 'max'])} after the acknowledgement`,
    ...(late > 0 ? [`first shown after the window ${formatCount(late)}`] : []),
    `never seen ${formatCount(never)}`,
    ...(behindUs === null ? [] : [behindText(behindUs)]),
  ].join('; ');
}

function behindText(behindUs: number): string {
  return behindUs === 0
    ? 'no read was behind'
    : `no read was more than ${formatDuration(behindUs)} behind`;
}

/** Whether processes of one role got on alike. */
function fairness({ processes }: Result): string[] {
  return (['writer', 'reader'] as const).flatMap((role) => {
    const done = processes
      .filter((process) => process.role === role)
      .map(({ counts }) => (role === 'writer' ? counts.writes_ok : counts.reads_ok));
    const [least, most] = [Math.min(...done), Math.max(...done)];
    if (done.length < 2 || most === 0) return [];
    const range = `${formatCount(least)} to ${formatCount(most)} ok per ${role}`;
    return `${range} (min/max ${formatRate(least / most)})`;
  });
}

function auditText(audit: AuditResult): string {
  const names = ['lost', 'duplicate', 'torn', 'unexpected'] as const;
  const found = names.map((name) => `${formatCount(audit[name])} ${name}`).join(', ');
  const rows = `${plural(audit.rows, 'row')}, ${formatCount(audit.acknowledged)} acknowledged`;
  const doubt = `${formatCount(audit.in_doubt)} in doubt`;
  const failed = audit.error === null ? '' : `FAILED: ${oneLine(audit.error)}; `;
  return `${failed}${rows}: ${found}, ${doubt}; took ${formatDuration(audit.took_us)}`;
}
