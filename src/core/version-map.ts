import { Pages } from './pages.ts';

const PAGE = 4096;

/** A whole number for each id, 0 unless set: four bytes a row where rows lie close together. */
export class VersionMap {
  readonly #pages = new Pages<Uint32Array>();

  get(id: number): number {
    const number = Math.floor(id / PAGE);
    return this.#pages.get(number)?.[id - number * PAGE] ?? 0;
  }

  set(id: number, value: number): void {
    const number = Math.floor(id / PAGE);
    let page = this.#pages.get(number);
    if (page === undefined) this.#pages.set(number, (page = new Uint32Array(PAGE)));
    page[id - number * PAGE] = value;
  }
}
