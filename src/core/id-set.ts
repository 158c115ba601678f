import { bitCount, FULL, maskOf, PAGE, PageMasks, rangesOf } from './id-page.ts';
import { Pages } from './pages.ts';

/** Behind a new page so many may be moved to keep the order; with more of them it is restored when it is asked for. */
const MOVED_AT_MOST = 4096;

interface Page {
  readonly number: number;
  /** Shared with other pages, and then never written to, unless it is {@link owned}. */
  words: Uint32Array;
  owned: boolean;
  /** The last word with a bit: most questions are about the end of what there is. */
  top: number;
}

/** Consecutive ids, both ends included. */
export type IdSpan = readonly [first: number, last: number];

/**
 * A set of ids as pages of bits: a bit for each row where rows lie close together. Pages that are full, or that one long
 * run filled alike, share their bits, so that a billion rows take some megabytes.
 */
export class IdSet {
  readonly #pages = new Pages<Page>();
  readonly #ascending: Page[] = [];
  #isSorted = true;
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
    if (first === last) this.#addOne(first);
    else if (last - first >= PAGE) this.#addMasks(new PageMasks(first, last, step));
    else if (step !== 1) for (let id = first; id <= last; id += step) this.#addOne(id);
    else this.#addShort(first, last);
    return this.#size - before;
  }

  /** Adds those of these ids that are in the other set. */
  addCommon(other: IdSet, first: number, last: number, step: number): void {
    for (const { number, words } of new PageMasks(first, last, step)) {
      const theirs = other.#pages.get(number);
      if (theirs === undefined) continue;
      const common = words.map((word, i) => word & theirs.words[i]!);
      if (common.some((word) => word !== 0)) this.#merge(number, common, false);
    }
  }

  delete(id: number): void {
    const number = Math.floor(id / PAGE);
    const page = this.#pages.get(number);
    const bit = id - number * PAGE;
    if (page === undefined || !isSet(page, bit)) return;
    own(page)[bit >>> 5]! &= ~(1 << (bit & 31));
    this.#size--;
  }

  /** How many of these ids are in the set; `last` may be Infinity with step 1. */
  count(first: number, last: number, step = 1): number {
    let count = 0;
    if (step !== 1) {
      if (last - first < PAGE) {
        for (let id = first; id <= last; id += step) if (this.has(id)) count++;
        return count;
      }
      for (const { number, words } of new PageMasks(first, last, step)) {
        const mine = this.#pages.get(number)?.words;
        if (mine !== undefined)
          for (let i = 0; i < words.length; i++) count += bitCount(words[i]! & mine[i]!);
      }
      return count;
    }
    const ordered = this.#ordered();
    for (let i = this.#positionOf(Math.floor(first / PAGE)); i < ordered.length; i++) {
      const page = ordered[i]!;
      const base = page.number * PAGE;
      if (base > last) break;
      const from = Math.max(0, first - base);
      const to = Math.min(page.top * 32 + 31, last - base);
      if (page.words === FULL && from === 0 && to === PAGE - 1) {
        count += PAGE;
        continue;
      }
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
    for (const [from, to] of this.spans(first, last)) for (let id = from; id <= to; id++) yield id;
  }

  /** The ids of the set between these two (included), as long spans of consecutive ones, ascending. */
  *spans(first = -Infinity, last = Infinity): Generator<IdSpan> {
    for (const [from, to] of rangesOf(this.#wordsFrom(first))) {
      if (from > last) return;
      if (to >= first) yield [Math.max(from, first), Math.min(to, last)];
    }
  }

  /** The ids that are in this set and not in the other, ascending. */
  *without(other: IdSet): Generator<number> {
    for (const [from, to] of this.spansWithout(other)) for (let id = from; id <= to; id++) yield id;
  }

  /** The same, as long spans of consecutive ones. */
  spansWithout(other: IdSet): Generator<IdSpan> {
    return rangesOf(this.#wordsWithout(other));
  }

  /** How many ids are in this set and not in the other. */
  countWithout(other: IdSet): number {
    let count = 0;
    for (const { words } of this.#wordsWithout(other)) {
      if (words === FULL) count += PAGE;
      else for (let i = 0; i < words.length; i++) count += bitCount(words[i]!);
    }
    return count;
  }

  *#wordsFrom(first: number): Generator<{ number: number; words: Uint32Array }> {
    const ordered = this.#ordered();
    for (let i = this.#positionOf(Math.floor(first / PAGE)); i < ordered.length; i++) {
      yield ordered[i]!;
    }
  }

  *#wordsWithout(other: IdSet): Generator<{ number: number; words: Uint32Array }> {
    for (const { number, words } of this.#ordered()) {
      const theirs = other.#pages.get(number)?.words;
      if (theirs === undefined) yield { number, words };
      else if (theirs !== FULL) yield { number, words: words.map((word, i) => word & ~theirs[i]!) };
    }
  }

  #addOne(id: number): void {
    const number = Math.floor(id / PAGE);
    const page = this.#pages.get(number) ?? this.#newPage(number);
    const bit = id - number * PAGE;
    if (isSet(page, bit)) return;
    own(page)[bit >>> 5]! |= 1 << (bit & 31);
    page.top = Math.max(page.top, bit >>> 5);
    this.#size++;
  }

  /** Consecutive ids of one page or two. */
  #addShort(first: number, last: number): void {
    for (let id = first; id <= last;) {
      const number = Math.floor(id / PAGE);
      const page = this.#pages.get(number) ?? this.#newPage(number);
      const from = id - number * PAGE;
      const to = Math.min(PAGE - 1, last - number * PAGE);
      if (page.words !== FULL) {
        const words = own(page);
        for (let word = from >>> 5; word <= to >>> 5; word++) {
          const mask = maskOf(word, from, to);
          this.#size += bitCount(mask & ~words[word]!);
          words[word]! |= mask;
        }
        page.top = Math.max(page.top, to >>> 5);
      }
      id = number * PAGE + to + 1;
    }
  }

  #addMasks(masks: PageMasks): void {
    for (const { number, words } of masks) this.#merge(number, words, true);
  }

  /** Adds these bits of a page; the words of a page that had none may be kept. */
  #merge(number: number, words: Uint32Array, isShared: boolean): void {
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = this.#newPage(number, words, !isShared);
      for (let i = 0; i < words.length; i++) this.#size += bitCount(words[i]!);
    } else if (page.words !== FULL && page.words !== words) {
      const mine = words === FULL ? page.words : own(page);
      for (let i = 0; i < words.length; i++) {
        this.#size += bitCount(words[i]! & ~mine[i]!);
        if (words !== FULL) mine[i]! |= words[i]!;
      }
      if (words === FULL) {
        page.words = FULL;
        page.owned = false;
      }
    }
    for (let i = words.length - 1; i > page.top; i--) if (words[i] !== 0) page.top = i;
  }

  #newPage(number: number, words?: Uint32Array, owned = true): Page {
    const page = { number, words: words ?? new Uint32Array(FULL.length), owned, top: 0 };
    this.#pages.set(number, page);
    const pages = this.#ascending;
    const at = this.#isSorted ? this.#positionOf(number) : pages.length;
    if (pages.length - at <= MOVED_AT_MOST) pages.splice(at, 0, page);
    else {
      pages.push(page);
      this.#isSorted = false;
    }
    return page;
  }

  #ordered(): readonly Page[] {
    if (!this.#isSorted) this.#ascending.sort((a, b) => a.number - b.number);
    this.#isSorted = true;
    return this.#ascending;
  }

  /** How many pages have lower numbers, where they are in order. */
  #positionOf(number: number): number {
    let low = 0;
    let high = this.#ascending.length;
    // Most pages come after all others.
    if (high > 0 && this.#ascending[high - 1]!.number < number) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ascending[middle]!.number < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The words of a page, to be written to. */
function own(page: Page): Uint32Array {
  if (!page.owned) page.words = page.words.slice();
  page.owned = true;
  return page.words;
}

function isSet({ words }: Page, bit: number): boolean {
  return (words[bit >>> 5]! & (1 << (bit & 31))) !== 0;
}
