const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1,209`: whole, with thousands separators. */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** `1 row`, `5,128 rows`, `2 searches`, `0 directories`. */
export function plural(n: number, noun: string): string {
  return `${formatCount(n)} ${n === 1 ? noun : manyOf(noun)}`;
}

function manyOf(noun: string): string {
  if (/(?:s|x|ch|sh)$/.test(noun)) return `${noun}es`;
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

/** `512 B`, `3.4 MiB`, `310 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`;
}
