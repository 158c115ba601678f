import { Pages } from './pages.ts';

const PAGE = 4096;
const WORDS = PAGE / 32;

interface Page {
  readonly number: number;
  /** The page of the next higher number that there is. */
  next: Page | undefined;
  words: Uint32Array;
  /** The last word with a bit: most questions are about the end of what there is. */
  top: number;
}

/** A set of ids as pages of bits: a bit for each row where rows lie close together. */
export class IdSet {
  readonly #pages = new Pages<Page>();
  readonly #ascending: Page[] = [];
  #size = 0;

  /** How many ids are in the set. */
  get size(): number {
    return this.#size;
  }

  has(id: number): boolean {
    const number = Math.floor(id / PAGE);
    const page = this.#pages.get(number);
    return page !== undefined && isSet(page, id - number * PAGE);
  }

  /** How many of these ids are new. */
  add(first: number, last = first, step = 1): number {
    const before = this.#size;
    if (step !== 1 || first === last) {
      for (let id = first; id <= last; id += step) this.#addOne(id);
      return this.#size - before;
    }
    for (let id = first; id <= last;) {
      const number = Math.floor(id / PAGE);
      const page = this.#pages.get(number) ?? this.#newPage(number);
      const from = id - number * PAGE;
      const to = Math.min(PAGE - 1, last - number * PAGE);
      for (let word = from >>> 5; word <= to >>> 5; word++) {
        const mask = maskOf(word, from, to);
        this.#size += bitCount(mask & ~page.words[word]!);
        page.words[word]! |= mask;
      }
      page.top = Math.max(page.top, to >>> 5);
      id = number * PAGE + to + 1;
    }
    return this.#size - before;
  }

  delete(id: number): void {
    const number = Math.floor(id / PAGE);
    const page = this.#pages.get(number);
    const bit = id - number * PAGE;
    if (page === undefined || !isSet(page, bit)) return;
    page.words[bit >>> 5]! &= ~(1 << (bit & 31));
    this.#size--;
  }

  /** How many of these ids are in the set; `last` may be Infinity with step 1. */
  count(first: number, last: number, step = 1): number {
    let count = 0;
    if (step !== 1) {
      for (let id = first; id <= last; id += step) if (this.has(id)) count++;
      return count;
    }
    for (let page = this.#pageFrom(first); page !== undefined; page = page.next) {
      const base = page.number * PAGE;
      if (base > last) break;
      const from = Math.max(0, first - base);
      const to = Math.min(page.top * 32 + 31, last - base);
      for (let word = from >>> 5; word <= to >>> 5; word++) {
        count += bitCount(page.words[word]! & maskOf(word, from, to));
      }
    }
    return count;
  }

  /** Which of these ids are in the set, ascending; the last may be Infinity with step 1. */
  *ids(first = -Infinity, last = Infinity, step = 1): Generator<number> {
    if (step !== 1) {
      for (let id = first; id <= last; id += step) if (this.has(id)) yield id;
      return;
    }
    for (let page = this.#pageFrom(first); page !== undefined; page = page.next) {
      const base = page.number * PAGE;
      if (base > last) return;
      const to = Math.min(page.top * 32 + 31, last - base);
      for (let bit = Math.max(0, first - base); bit <= to; bit++) {
        if (isSet(page, bit)) yield base + bit;
      }
    }
  }

  /** The ids that are in this set and not in the other, ascending. */
  *without(other: IdSet): Generator<number> {
    for (let page = this.#pageFrom(-Infinity); page !== undefined; page = page.next) {
      const theirs = other.#pages.get(page.number);
      for (let word = 0; word <= page.top; word++) {
        let left = page.words[word]! & ~(theirs?.words[word] ?? 0);
        for (; left !== 0; left &= left - 1) {
          yield page.number * PAGE + word * 32 + 31 - Math.clz32(left & -left);
        }
      }
    }
  }

  #addOne(id: number): void {
    const number = Math.floor(id / PAGE);
    const page = this.#pages.get(number) ?? this.#newPage(number);
    const bit = id - number * PAGE;
    if (isSet(page, bit)) return;
    page.words[bit >>> 5]! |= 1 << (bit & 31);
    page.top = Math.max(page.top, bit >>> 5);
    this.#size++;
  }

  #newPage(number: number): Page {
    const at = this.#positionOf(number);
    const next = this.#ascending[at];
    const page = { number, next, words: new Uint32Array(WORDS), top: 0 };
    if (at > 0) this.#ascending[at - 1]!.next = page;
    this.#pages.set(number, page);
    this.#ascending.splice(at, 0, page);
    return page;
  }

  /** The first page that may hold ids from `id` upward. */
  #pageFrom(id: number): Page | undefined {
    const number = Math.floor(id / PAGE);
    return this.#pages.get(number) ?? this.#ascending[this.#positionOf(number)];
  }

  /** How many pages have lower numbers. */
  #positionOf(number: number): number {
    let low = 0;
    let high = this.#ascending.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ascending[middle]!.number < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isSet({ words }: Page, bit: number): boolean {
  return (words[bit >>> 5]! & (1 << (bit & 31))) !== 0;
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
