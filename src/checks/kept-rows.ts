/** Ids of one finding that are kept as such. */
export const IDS_KEPT = 64;
const RANGES_SHOWN = 5;

/** Of the rows of one finding so many ids or spans are looked at; what is beyond them is counted, not shown. */
export const EXAMINED = 100_000;

interface Range {
  first: number;
  last: number;
  step: number;
  count: number;
}

/**
 * Rows in ascending order as a finding names them: the first ids, and as few ranges as say them all. Any number of them
 * takes the same room.
 */
export class KeptRows {
  readonly ids: number[] = [];
  readonly #ranges: string[] = [];
  #open: Range | undefined;
  #count = 0;
  #isCut = false;

  /** These spans of ids, in ascending order: as much of them as can be shown. */
  static of(spans: Iterable<readonly [first: number, last: number]>): KeptRows {
    const kept = new KeptRows();
    let examined = 0;
    for (const [first, last] of spans) {
      if (kept.isFull || ++examined > EXAMINED) {
        kept.cut();
        break;
      }
      kept.add(first, last);
    }
    return kept;
  }

  /** How many were added. */
  get count(): number {
    return this.#count;
  }

  /** Whether nothing that could be added would be shown. */
  get isFull(): boolean {
    return this.#ranges.length > RANGES_SHOWN && this.ids.length === IDS_KEPT;
  }

  /** Consecutive ids, all higher than those before. */
  add(first: number, last = first): void {
    for (let id = first; id <= last && this.ids.length < IDS_KEPT; id++) this.ids.push(id);
    this.#count += last - first + 1;
    if (this.#ranges.length > RANGES_SHOWN) return;
    this.#extend(first);
    if (last > first) this.#extend(first + 1);
    if (last > first + 1) {
      this.#open!.last = last;
      this.#open!.count += last - first - 1;
    }
  }

  /** There are more, which are not added. */
  cut(): void {
    this.#isCut = true;
  }

  /** `row 7`, `rows 5001-5064`, `rows 1-3, 9`, `rows 1-63 by 2`. */
  get text(): string {
    const ranges = [...this.#ranges];
    if (this.#open !== undefined) ranges.push(...textsOf(this.#open));
    const more = this.#isCut || ranges.length > RANGES_SHOWN ? ', ...' : '';
    const shown = ranges.slice(0, RANGES_SHOWN).join(', ');
    return `${this.#count === 1 && !this.#isCut ? 'row' : 'rows'} ${shown}${more}`;
  }

  #extend(id: number): void {
    const open = this.#open;
    if (open === undefined) {
      this.#open = { first: id, last: id, step: 1, count: 1 };
      return;
    }
    const step = id - open.last;
    if (open.count === 1 || step === open.step) {
      open.step = step;
      open.last = id;
      open.count++;
      return;
    }
    if (isApart(open)) {
      this.#ranges.push(`${open.first}`);
      this.#open = { first: open.last, last: id, step, count: 2 };
      return;
    }
    this.#ranges.push(...textsOf(open));
    this.#open = { first: id, last: id, step: 1, count: 1 };
  }
}

/** Two rows that are not neighbours are no progression. */
function isApart({ step, count }: Range): boolean {
  return count === 2 && step > 1;
}

function textsOf(range: Range): string[] {
  const { first, last, step, count } = range;
  if (count === 1) return [`${first}`];
  if (isApart(range)) return [`${first}`, `${last}`];
  return [`${first}-${last}${step > 1 ? ` by ${step}` : ''}`];
}
