const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1,209`: whole, with thousands separators. */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** `1 row`, `5,128 rows`. */
export function plural(n: number, noun: string): string {
  return `${formatCount(n)} ${noun}${n === 1 ? '' : 's'}`;
}
