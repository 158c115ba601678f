/** Which of several operations one read shows or misses, by chain. */
export class Marks {
  /** The chains with a mark. */
  readonly chains: number[] = [];
  readonly #operations: Int32Array;
  readonly #loads: Float64Array;

  constructor(chains: number) {
    this.#operations = new Int32Array(chains);
    this.#loads = new Float64Array(chains);
  }

  clear(): void {
    this.chains.length = 0;
  }

  /** The operation that is marked; -1 for none. */
  get(chain: number, load: number): number {
    return this.#loads[chain] === load ? this.#operations[chain]! : -1;
  }

  set(chain: number, index: number, load: number): void {
    if (this.#loads[chain] !== load) {
      this.#loads[chain] = load;
      this.chains.push(chain);
    }
    this.#operations[chain] = index;
  }

  list(load: number): number[] {
    return this.chains.map((chain) => this.get(chain, load));
  }
}
