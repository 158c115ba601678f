import type { Effort } from '../../core/effort.ts';
import type { OrderEvidence } from './evidence.ts';
import { sameAs } from './same.ts';
import type { Candidate, Session, Sighting } from './sessions.ts';

/** What one session has seen. */
interface Seen {
  /** By chain: ever later operations, and the first reads that showed them. */
  readonly byChain: Map<number, Sighting[]>;
  /** What its last read recalled: most recall the same, and then have it in common. */
  recalled: readonly Sighting[];
}

/** What each session has seen, while its reads are gone through in the order in which they ended. */
export class Memory {
  readonly #evidence: OrderEvidence;
  readonly #effort: Effort;
  readonly #seen = new Map<Session, Seen>();

  constructor(evidence: OrderEvidence, effort: Effort) {
    this.#evidence = evidence;
    this.#effort = effort;
  }

  /** Sets what the session of this read had seen before it. Reads that overlap have no order. */
  recall(read: Candidate): void {
    let seen = this.#seen.get(read.session);
    if (seen === undefined) {
      // Nothing yet, or what it recalled when all were gone through before.
      this.#seen.set(read.session, (seen = { byChain: new Map(), recalled: read.seen }));
    }
    for (const sighting of read.before) this.#see(seen.byChain, sighting);
    const recalled = Array.from(seen.byChain.values(), (own) => {
      const last = own.findLastIndex(({ by }) => by.time <= read.start);
      this.#effort.spend(own.length - last);
      return own[last];
    }).filter((sighting) => sighting !== undefined);
    read.seen = seen.recalled = sameAs(seen.recalled, recalled);
  }

  add(read: Candidate): void {
    const seen = this.#seen.get(read.session)!.byChain;
    for (const index of read.shown) this.#see(seen, { index, by: read });
  }

  #see(seen: Map<number, Sighting[]>, sighting: Sighting): void {
    const { chain, place } = this.#evidence.chains;
    const own = seen.get(chain[sighting.index]!);
    if (own === undefined) seen.set(chain[sighting.index]!, [sighting]);
    else if (place[own.at(-1)!.index]! < place[sighting.index]!) own.push(sighting);
  }
}
