const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1 row`, `5,128 rows`. */
export function plural(n: number, noun: string): string {
  return `${whole.format(n)} ${noun}${n === 1 ? '' : 's'}`;
}
