const PAGE = 4096;

/** A whole number for each id, 0 unless set: four bytes a row where rows lie close together. */
export class VersionMap {
  readonly #pages = new Map<number, Uint32Array>();
  #cachedNumber = -1;
  #cached: Uint32Array | undefined;

  get(id: number): number {
    const number = Math.floor(id / PAGE);
    return this.#page(number)?.[id - number * PAGE] ?? 0;
  }

  set(id: number, value: number): void {
    const number = Math.floor(id / PAGE);
    let page = this.#page(number);
    if (page === undefined) this.#pages.set(number, (page = new Uint32Array(PAGE)));
    page[id - number * PAGE] = value;
  }

  #page(number: number): Uint32Array | undefined {
    if (number !== this.#cachedNumber) {
      const page = this.#pages.get(number);
      if (page === undefined) return undefined;
      this.#cachedNumber = number;
      this.#cached = page;
    }
    return this.#cached;
  }
}
