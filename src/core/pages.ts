/** Pages below this number lie in an array: the seed and the first writer's rows, which most questions are about. */
const LOW_PAGES = 2 ** 20;

/** Pages of rows by their number: a row's page is found by its id alone, and ids of several writers lie far apart. */
export class Pages<Page> {
  readonly #low: (Page | undefined)[] = [];
  readonly #high = new Map<number, Page>();
  #cachedNumber = -1;
  #cached: Page | undefined;

  get(number: number): Page | undefined {
    if (number < LOW_PAGES) return this.#low[number];
    if (number !== this.#cachedNumber) {
      const page = this.#high.get(number);
      if (page === undefined) return undefined;
      this.#cachedNumber = number;
      this.#cached = page;
    }
    return this.#cached;
  }

  set(number: number, page: Page): void {
    if (number < LOW_PAGES) this.#low[number] = page;
    else this.#high.set(number, page);
  }
}
