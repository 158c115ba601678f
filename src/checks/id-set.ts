const PAGE = 4096;
const WORDS = PAGE / 32;

/** A set of ids as pages of bits: a bit for each row where rows lie close together. */
export class IdSet {
  readonly #pages = new Map<number, Uint32Array>();
  /** Of the pages, ascending. */
  readonly #numbers: number[] = [];
  #cachedNumber = -1;
  #cached: Uint32Array | undefined;

  has(id: number): boolean {
    const number = Math.floor(id / PAGE);
    const page = this.#page(number);
    return page !== undefined && isSet(page, id - number * PAGE);
  }

  /** How many of these ids are new. */
  add(first: number, last = first, step = 1): number {
    let added = 0;
    if (step !== 1 || first === last) {
      for (let id = first; id <= last; id += step) if (this.#addOne(id)) added++;
      return added;
    }
    for (let id = first; id <= last;) {
      const number = Math.floor(id / PAGE);
      const page = this.#page(number) ?? this.#newPage(number);
      const from = id - number * PAGE;
      const to = Math.min(PAGE - 1, last - number * PAGE);
      for (let word = from >>> 5; word <= to >>> 5; word++) {
        const mask = maskOf(word, from, to);
        added += bitCount(mask & ~page[word]!);
        page[word]! |= mask;
      }
      id = number * PAGE + to + 1;
    }
    return added;
  }

  delete(id: number): void {
    const number = Math.floor(id / PAGE);
    const page = this.#page(number);
    const bit = id - number * PAGE;
    if (page !== undefined) page[bit >>> 5]! &= ~(1 << (bit & 31));
  }

  /** How many of these ids are in the set; `last` may be Infinity with step 1. */
  count(first: number, last: number, step = 1): number {
    let count = 0;
    if (step !== 1) {
      for (let id = first; id <= last; id += step) if (this.has(id)) count++;
      return count;
    }
    for (let at = this.#pageAt(first); at < this.#numbers.length; at++) {
      const base = this.#numbers[at]! * PAGE;
      if (base > last) break;
      const page = this.#page(this.#numbers[at]!)!;
      const from = Math.max(0, first - base);
      const to = Math.min(PAGE - 1, last - base);
      for (let word = from >>> 5; word <= to >>> 5; word++) {
        count += bitCount(page[word]! & maskOf(word, from, to));
      }
    }
    return count;
  }

  /** The ids from first to last, ascending. */
  *ids(first = -Infinity, last = Infinity): Generator<number> {
    for (let at = this.#pageAt(first); at < this.#numbers.length; at++) {
      const base = this.#numbers[at]! * PAGE;
      if (base > last) return;
      const page = this.#pages.get(this.#numbers[at]!)!;
      for (let bit = Math.max(0, first - base); bit <= Math.min(PAGE - 1, last - base); bit++) {
        if (isSet(page, bit)) yield base + bit;
      }
    }
  }

  /** The ids that are in this set and not in the other, ascending. */
  *without(other: IdSet): Generator<number> {
    for (const number of this.#numbers) {
      const page = this.#pages.get(number)!;
      const theirs = other.#pages.get(number);
      for (let word = 0; word < WORDS; word++) {
        let left = page[word]! & ~(theirs?.[word] ?? 0);
        for (; left !== 0; left &= left - 1) {
          yield number * PAGE + word * 32 + 31 - Math.clz32(left & -left);
        }
      }
    }
  }

  #addOne(id: number): boolean {
    const number = Math.floor(id / PAGE);
    const page = this.#page(number) ?? this.#newPage(number);
    const bit = id - number * PAGE;
    if (isSet(page, bit)) return false;
    page[bit >>> 5]! |= 1 << (bit & 31);
    return true;
  }

  #page(number: number): Uint32Array | undefined {
    if (number === this.#cachedNumber) return this.#cached;
    const page = this.#pages.get(number);
    if (page === undefined) return undefined;
    this.#cachedNumber = number;
    this.#cached = page;
    return page;
  }

  #newPage(number: number): Uint32Array {
    const page = new Uint32Array(WORDS);
    this.#pages.set(number, page);
    this.#numbers.splice(this.#pageAt(number * PAGE), 0, number);
    return page;
  }

  /** Position of the first page that may hold ids from `id` upward. */
  #pageAt(id: number): number {
    const number = Math.floor(id / PAGE);
    let low = 0;
    let high = this.#numbers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#numbers[middle]! < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isSet(page: Uint32Array, bit: number): boolean {
  return (page[bit >>> 5]! & (1 << (bit & 31))) !== 0;
}

/** The bits of a word that lie between two bits of its page. */
function maskOf(word: number, from: number, to: number): number {
  let mask = -1;
  if (word === from >>> 5) mask &= -1 << (from & 31);
  if (word === to >>> 5) mask &= -1 >>> (31 - (to & 31));
  return mask;
}

function bitCount(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
