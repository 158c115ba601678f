/** Which of several operations one read shows or misses: one of each chain. */
export class Marks {
  /** How many chains have a mark. */
  count = 0;
  /** These chains, in the order in which they were marked; what stands behind them is of reads before. */
  readonly #chains: Int32Array;
  readonly #operations: Int32Array;
  /** By chain: the read that marked it last. */
  readonly #reads: Float64Array;
  #read = 1;

  constructor(chains: number) {
    this.#chains = new Int32Array(chains);
    this.#operations = new Int32Array(chains);
    this.#reads = new Float64Array(chains);
  }

  /** Begins with the next read. */
  clear(): void {
    this.count = 0;
    this.#read++;
  }

  /** The i-th chain with a mark. */
  chainAt(i: number): number {
    return this.#chains[i]!;
  }

  /** The operation of a chain that is marked; -1 for none. */
  get(chain: number): number {
    return this.#reads[chain] === this.#read ? this.#operations[chain]! : -1;
  }

  set(chain: number, index: number): void {
    if (this.#reads[chain] !== this.#read) {
      this.#reads[chain] = this.#read;
      this.#chains[this.count++] = chain;
    }
    this.#operations[chain] = index;
  }

  /** The marked operations. */
  list(): number[] {
    const operations: number[] = [];
    for (let i = 0; i < this.count; i++) operations.push(this.#operations[this.#chains[i]!]!);
    return operations;
  }
}
