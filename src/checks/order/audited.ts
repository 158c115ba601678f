import { IdSet } from '../../core/id-set.ts';
import { precedes, type Ledger, type Operation } from '../../core/ledger.ts';
import { VersionMap } from '../../core/version-map.ts';
import { auditEffort } from '../audit-effort.ts';
import type { Rows } from '../rows.ts';

/** An operation of which only a part is in the database. */
export interface AuditedPart {
  readonly operation: Operation;
  readonly visible: number;
  readonly absent: readonly number[];
}

/** What the audit of one copy showed of each operation. */
export class AuditedOperations {
  /** How many are there whole, once {@link parts} has been asked. */
  whole = 0;
  #parts: AuditedPart[] | undefined;
  readonly #ledger: Ledger;
  /** By id: the index of the operation that the row shows, the latest if it is there twice. */
  readonly #versions = new VersionMap();
  /** Of the rows that only one operation writes: those that are there. */
  readonly #alone = new IdSet();
  /** By operation: how many ids show it. */
  readonly #rows: Float64Array;
  /** By operation that is there: those at the same time that stand in its place in other rows. */
  readonly #over = new Map<Operation, Set<Operation>>();
  readonly #effort = auditEffort();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#rows = new Float64Array(ledger.operations.length);
  }

  scan(rows: Rows): void {
    for (const [i, [first, last, , step = 1]] of rows.runs.entries()) {
      const operation = rows.writerOf(i);
      if (operation === undefined || operation.index === 0) continue;
      if (!operation.cover!.rivals) {
        this.#rows[operation.index]! += this.#alone.add(first, last, step);
        continue;
      }
      this.#effort.spend((last - first) / step);
      for (let id = first; id <= last; id += step) this.#show(id, operation);
    }
  }

  /** The operations of which only a part is there. */
  parts(): readonly AuditedPart[] {
    return (this.#parts ??= this.#findParts());
  }

  #findParts(): AuditedPart[] {
    const parts: AuditedPart[] = [];
    for (const operation of this.#ledger.operations) {
      const visible = this.#rows[operation.index]!;
      if (visible === 0) continue;
      if (visible === operation.cover!.size) {
        this.whole++;
        continue;
      }
      const absent = this.#absent(operation);
      if (absent.length > 0) parts.push({ operation, visible, absent });
    }
    return parts;
  }

  /** Pairs: the first is there in another row, and in a row of both the second, of the same time. */
  get replaced(): [number, number][] {
    this.parts();
    return [...this.#over].flatMap(([lower, upper]) =>
      Array.from(upper, (each): [number, number] => [lower.index, each.index]),
    );
  }

  #show(id: number, operation: Operation): void {
    const known = this.#versions.get(id);
    if (known === operation.index) return;
    this.#rows[operation.index]!++;
    const other = this.#ledger.operations[known]!;
    if (!precedes(operation, other)) this.#versions.set(id, operation.index);
  }

  #stand(upper: Operation, lower: Operation): void {
    // No order holds what failed: that it is there at all is for another check to say.
    if (upper.outcome === 'fail' || lower.outcome === 'fail') return;
    const over = this.#over.get(lower);
    if (over === undefined) this.#over.set(lower, new Set([upper]));
    else over.add(upper);
  }

  #absent(operation: Operation): number[] {
    const { first, last, step } = operation.cover!;
    const absent: number[] = [];
    const alone = !operation.cover!.rivals;
    this.#effort.spend(operation.cover!.size);
    for (let id = first; id <= last; id += step) {
      if (alone && this.#alone.has(id)) continue;
      const shown = this.#ledger.operations[this.#versions.get(id)]!;
      // What may have come after it may stand in its place.
      if (precedes(shown, operation)) absent.push(id);
      else if (shown !== operation && !precedes(operation, shown)) this.#stand(shown, operation);
    }
    return absent;
  }
}
