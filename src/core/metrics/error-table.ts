import type { ErrorRecord } from '../errors.ts';
import type { ErrorResult } from '../result.ts';

/** Errors by operation and class, each with the first message as its example. */
export class ErrorTable {
  readonly #errors = new Map<string, ErrorResult>();

  add(operation: string, error: ErrorRecord): void {
    const key = `${operation} ${error.class}`;
    const known = this.#errors.get(key);
    if (known !== undefined) {
      known.count++;
      known.holder ??= error.holder ?? null;
      return;
    }
    this.#errors.set(key, {
      operation,
      class: error.class,
      count: 1,
      example: error.message,
      holder: error.holder ?? null,
    });
  }

  /** The most frequent first. */
  results(): ErrorResult[] {
    return Array.from(this.#errors.values(), (error) => ({ ...error })).toSorted(
      (a, b) => b.count - a.count,
    );
  }
}
