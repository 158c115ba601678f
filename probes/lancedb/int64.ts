/** Integers below 2^53 as Arrow's Int64 and back, by 32-bit halves: no BigInt per value. */

export function toInt64(values: ArrayLike<number>): BigInt64Array {
  const halves = new Int32Array(2 * values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    halves[2 * i] = value;
    halves[2 * i + 1] = Math.floor(value / 2 ** 32);
  }
  return new BigInt64Array(halves.buffer);
}

export function fromInt64(values: BigInt64Array): Float64Array {
  const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) {
    out[i] = halves[2 * i + 1]! * 2 ** 32 + (halves[2 * i]! >>> 0);
  }
  return out;
}
