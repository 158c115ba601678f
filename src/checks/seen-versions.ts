import { precedes, type Operation } from '../core/ledger.ts';

/** What one row has shown to one reader: the last version, and earlier ones that may legally come in either order. */
export interface SeenVersions {
  readonly index: number;
  readonly last: Operation;
  readonly concurrent: readonly Operation[];
}

/** Where a sighting leads, and what it came back from: the version that was seen before and excludes this one. */
export interface Step {
  readonly to: SeenVersions;
  readonly wentBackFrom: Operation | undefined;
}

/**
 * All that any row has shown to any reader, each state once, so that a row costs its reader one number. Versions which
 * the last one follows need not be remembered: to see them again is to go back behind the last.
 */
export class SeenStates {
  readonly #states: (SeenVersions | undefined)[] = [undefined];
  readonly #steps: Map<Operation, Step>[] = [new Map()];
  readonly #byKey = new Map<string, SeenVersions>();

  /** The state with this index; undefined for 0, nothing seen. */
  state(index: number): SeenVersions | undefined {
    return this.#states[index];
  }

  /** From a state (0: nothing seen) by seeing this version. */
  see(index: number, operation: Operation): Step {
    const steps = this.#steps[index]!;
    let step = steps.get(operation);
    if (step === undefined) steps.set(operation, (step = this.#step(index, operation)));
    return step;
  }

  #step(index: number, operation: Operation): Step {
    const state = this.#states[index];
    if (state === undefined) return { to: this.#intern(operation, []), wentBackFrom: undefined };
    if (state.last === operation) return { to: state, wentBackFrom: undefined };
    const { last, concurrent } = state;
    // Afterwards the row is judged from here on: one way back is one finding.
    const wentBack = (from: Operation): Step => ({
      to: this.#intern(operation, []),
      wentBackFrom: from,
    });
    if (concurrent.includes(operation)) return wentBack(last);
    const later = [last, ...concurrent].find((seen) => precedes(operation, seen));
    if (later !== undefined) return wentBack(later);
    const kept = [last, ...concurrent].filter((seen) => !precedes(seen, operation));
    return { to: this.#intern(operation, kept), wentBackFrom: undefined };
  }

  #intern(last: Operation, concurrent: readonly Operation[]): SeenVersions {
    const indexes = concurrent.map(({ index }) => index).sort((a, b) => a - b);
    const key = `${last.index}:${indexes.join()}`;
    let state = this.#byKey.get(key);
    if (state === undefined) {
      state = { index: this.#states.length, last, concurrent };
      this.#byKey.set(key, state);
      this.#states.push(state);
      this.#steps.push(new Map());
    }
    return state;
  }
}
