/** Numbers as people read them: thousands separators, a unit in every cell, about three digits. */

import { formatCount } from '../core/count-text.ts';

/** A number of about three digits: `0.42`, `21.4`, `310`, `1,209`. */
export function formatRate(value: number): string {
  if (value === 0) return '0';
  if (value < 9.995) return value.toFixed(2);
  if (value < 99.95) return value.toFixed(1);
  return formatCount(value);
}

/** `850 µs`, `3.1 ms`, `131 ms`, `1.24 s`, `16.0 s`, `12 min 5 s`. */
export function formatDuration(us: number): string {
  if (us < 999.5) return `${Math.round(us)} µs`;
  const ms = us / 1000;
  if (ms < 99.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  const s = ms / 1000;
  if (s < 9.995) return `${s.toFixed(2)} s`;
  if (s < 59.95) return `${s.toFixed(1)} s`;
  const seconds = Math.round(s);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What is only estimated: `5 s`, `40 s`, `1 min`, `2 h 10 min`. */
export function formatRoughly(us: number): string {
  const seconds = Math.max(5, Math.round(us / 5_000_000) * 5);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const tens = Math.round(minutes / 10) * 10;
  return tens % 60 === 0 ? `${tens / 60} h` : `${Math.floor(tens / 60)} h ${tens % 60} min`;
}

/** Seconds as they were given: `10 s`, `0.5 s`. */
export function formatSeconds(seconds: number): string {
  return `${new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 }).format(seconds)} s`;
}

/** A share of 1: `0 %`, `0.4 %`, `37 %`. Never 0 or 100 unless it is. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  if (percent > 99.9 && percent < 100) return '> 99.9 %';
  const digits = Number.isInteger(percent) || (percent >= 10 && percent < 99) ? 0 : 1;
  return `${percent.toFixed(digits)} %`;
}

const BARS = '▁▂▃▄▅▆▇█';

/** The last `width` values as bars of one line, right aligned. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width);
  const top = Math.max(...shown, 1);
  const bars = shown.map((value) => BARS[Math.min(7, Math.floor((value / top) * 7.99))]);
  return bars.join('').padStart(width);
}

/** A progress bar of `width` cells. */
export function bar(fraction: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}
