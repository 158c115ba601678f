/**
 * xoroshiro64* (Blackman & Vigna, 2018): two 32-bit lanes, so that no two (seed, id, batch) share a stream in practice.
 * Only integer operations: every machine gets the same numbers.
 */
export class Random {
  private s0 = 0;
  private s1 = 0;

  constructor(...key: number[]) {
    this.reseed(...key);
  }

  /** Starts the stream that belongs to this key (non-negative integers below 2^53). */
  reseed(...key: number[]): this {
    let a = 0x9e3779b9;
    let b = 0x85ebca6b;
    for (const part of key) {
      a = mix(a ^ (part >>> 0));
      b = mix(b ^ Math.floor(part / 4294967296) ^ a);
    }
    this.s0 = a;
    this.s1 = b === 0 && a === 0 ? 1 : b;
    return this;
  }

  /** The next 32 bits, as a signed integer. */
  next(): number {
    const result = Math.imul(this.s0, 0x9e3779bb);
    const s1 = this.s1 ^ this.s0;
    this.s0 = ((this.s0 << 26) | (this.s0 >>> 6)) ^ s1 ^ (s1 << 9);
    this.s1 = (s1 << 13) | (s1 >>> 19);
    return result;
  }

  /** A number in [0, 1). */
  fraction(): number {
    return (this.next() >>> 0) / 4294967296;
  }

  /** An integer in [0, below). */
  below(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  /** Fills `out[offset .. offset + dims)` with a unit vector, rounded to float32. */
  unitVector(out: Float32Array, offset: number, dims: number): void {
    let s0 = this.s0;
    let s1 = this.s1;
    let sum = 0;
    for (let i = offset; i < offset + dims; i++) {
      const value = Math.imul(s0, 0x9e3779bb) / 2147483648;
      s1 ^= s0;
      s0 = ((s0 << 26) | (s0 >>> 6)) ^ s1 ^ (s1 << 9);
      s1 = (s1 << 13) | (s1 >>> 19);
      sum += value * value;
      out[i] = value;
    }
    this.s0 = s0;
    this.s1 = s1;
    if (sum === 0) {
      out[offset] = 1;
      return;
    }
    const length = Math.sqrt(sum);
    for (let i = offset; i < offset + dims; i++) out[i] = out[i]! / length;
  }
}

/**
 * What a process of a run decides by chance, such as its pauses: a stream of its own, which no other role or index shares.
 * `more` tells streams of one process apart.
 */
export function randomOf(
  seed: number,
  { role, index }: { role: string; index: number },
  ...more: number[]
): Random {
  const name = Array.from(role, (letter) => letter.codePointAt(0)!);
  return new Random(seed, ...name, index, ...more);
}

/** Finalizer of MurmurHash3 (32 bit). */
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
