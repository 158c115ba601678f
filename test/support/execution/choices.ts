/** What a generated execution does next, decided by generated numbers: without any left, what is usual. */
export class Choices {
  readonly #numbers: number[];

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers.toReversed();
  }

  get left(): boolean {
    return this.#numbers.length > 0;
  }

  /** In [0, below); 0 is what is usual. */
  below(below: number): number {
    return (this.#numbers.pop() ?? 0) % below;
  }

  /** True once in so many times. */
  rarely(times: number): boolean {
    return this.below(times) === times - 1;
  }

  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** In another order: from somewhere on, by some step, around. */
  shuffled<T>(list: readonly T[]): T[] {
    const left = [...list];
    const from = this.below(Math.max(1, left.length));
    const step = this.below(4);
    const found: T[] = [];
    for (let at = from; left.length > 0; at += step) {
      found.push(...left.splice(at % left.length, 1));
    }
    return found;
  }
}
