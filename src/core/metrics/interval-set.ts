/** A set of whole numbers as sorted, disjoint intervals: compact where they are mostly consecutive. */
export class IntervalSet {
  /** first, last (inclusive), first, last, ... with a gap between any two intervals. */
  readonly #bounds: number[] = [];
  #size = 0;

  /** How many numbers are in the set. */
  get size(): number {
    return this.#size;
  }

  /** Adds first..last; how many of these were new. */
  add(first: number, last: number): number {
    const bounds = this.#bounds;
    const from = this.#firstEndingAtOrAfter(first - 1);
    let to = from;
    let start = first;
    let end = last;
    let known = 0;
    while (to < bounds.length && bounds[to]! <= last + 1) {
      start = Math.min(start, bounds[to]!);
      end = Math.max(end, bounds[to + 1]!);
      known += bounds[to + 1]! - bounds[to]! + 1;
      to += 2;
    }
    if (to === from + 2) {
      bounds[from] = start;
      bounds[from + 1] = end;
    } else {
      bounds.splice(from, to - from, start, end);
    }
    const added = end - start + 1 - known;
    this.#size += added;
    return added;
  }

  /** Whether any of first..last is in the set. */
  intersects(first: number, last: number): boolean {
    const at = this.#firstEndingAtOrAfter(first);
    return at < this.#bounds.length && this.#bounds[at]! <= last;
  }

  /** Position of the first interval whose last number is at least `value`. */
  #firstEndingAtOrAfter(value: number): number {
    let low = 0;
    let high = this.#bounds.length / 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#bounds[2 * middle + 1]! < value) low = middle + 1;
      else high = middle;
    }
    return 2 * low;
  }
}
