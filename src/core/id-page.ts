/** Bits of pages of ids: what a long run of ids sets in each page, and the spans that set bits make. */

/** Ids of one page. */
export const PAGE = 4096;
const WORDS = PAGE / 32;

/** All ids of a page. Shared by all full pages, and never written to. */
export const FULL: Uint32Array = new Uint32Array(WORDS).fill(0xffff_ffff);

/** The bits of a word that lie between two bits of its page. */
export function maskOf(word: number, from: number, to: number): number {
  let mask = -1;
  if (word === from >>> 5) mask &= -1 << (from & 31);
  if (word === to >>> 5) mask &= -1 >>> (31 - (to & 31));
  return mask;
}

/** How many bits of a word are set. */
export function bitCount(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The bits of each page that ids from first to last by step set; pages in which they lie alike have the same array. */
export class PageMasks implements Iterable<{ number: number; words: Uint32Array }> {
  readonly #first: number;
  readonly #last: number;
  readonly #step: number;

  constructor(first: number, last: number, step: number) {
    this.#first = first;
    this.#last = last;
    this.#step = step;
  }

  *[Symbol.iterator](): Generator<{ number: number; words: Uint32Array }> {
    const step = this.#step;
    /** Of pages with ids up to their end: by the first bit. */
    const alike = new Map<number, Uint32Array>();
    for (let id = this.#first; id <= this.#last;) {
      const number = Math.floor(id / PAGE);
      const from = id - number * PAGE;
      const isWhole = this.#last - number * PAGE >= PAGE - 1;
      const to = isWhole ? PAGE - 1 : this.#last - number * PAGE;
      let words = isWhole ? alike.get(from) : undefined;
      if (words === undefined) {
        words = step === 1 && from === 0 && isWhole ? FULL : bitsOf(from, to, step);
        if (isWhole) alike.set(from, words);
      }
      yield { number, words };
      id += (Math.floor((to - from) / step) + 1) * step;
    }
  }
}

function bitsOf(from: number, to: number, step: number): Uint32Array {
  const words = new Uint32Array(WORDS);
  for (let bit = from; bit <= to; bit += step) words[bit >>> 5]! |= 1 << (bit & 31);
  return words;
}

/** The spans of consecutive ids that the bits of these pages make, pages in ascending order. */
export function* rangesOf(
  pages: Iterable<{ number: number; words: Uint32Array }>,
): Generator<[first: number, last: number]> {
  let open: [number, number] | undefined;
  for (const { number, words } of pages) {
    for (let i = 0; i < WORDS; i++) {
      for (let left = words[i]! | 0, length = 0; left !== 0; left = cleared(left, length)) {
        const low = lowestOf(left);
        length = low + lengthOf(left >>> low);
        const first = number * PAGE + i * 32 + low;
        const last = number * PAGE + i * 32 + length - 1;
        if (open !== undefined && open[1] + 1 === first) open[1] = last;
        else {
          if (open !== undefined) yield open;
          open = [first, last];
        }
      }
    }
  }
  if (open !== undefined) yield open;
}

const lowestOf = (word: number): number => 31 - Math.clz32(word & -word);

/** How many bits are set from the lowest on, which is. */
const lengthOf = (word: number): number => (~word === 0 ? 32 : lowestOf(~word));

/** Without its lowest bits. */
const cleared = (word: number, bits: number): number => (bits >= 32 ? 0 : word & (-1 << bits));
