/** What contradicts itself, as circles of facts and in words. */
import type { Edge, EdgeKind, Finding } from '../../core/result.ts';
import { at, finding, operationText, readText, rowsOf, rowsText } from '../describe.ts';
import type { OrderEvidence } from './evidence.ts';
import type { Step } from './path.ts';
import type { Candidate, ReadName } from './sessions.ts';

/** Why the operation at the end of a path comes before the read at its beginning. */
export type Closing =
  | { readonly kind: 'shows' | 'own' | 'bound' }
  /** An earlier read of the session shows it. */
  | { readonly kind: 'session'; readonly by: ReadName };

/** The words for one history. */
export class Sentences {
  readonly #evidence: OrderEvidence;

  constructor(evidence: OrderEvidence) {
    this.#evidence = evidence;
  }

  /** The read misses the first operation of the path, which leads to one that comes before the read. */
  describe(read: Candidate, path: readonly Step<Candidate>[], closing: Closing): Finding {
    const { operations } = this.#evidence.chains;
    const [first] = path;
    const missed = operations[first!.index]!;
    const ids = rowsOf(missed);
    const edges: Edge[] = [
      { from: readText(read), to: this.#name(first!.index), kind: 'misses' },
      ...path.slice(1).flatMap((step, i) => this.#edges(path[i]!.index, step)),
      ...this.#closingEdges(read, path.at(-1)!.index, closing),
    ];
    const batches = path.map(({ index }) => operations[index]!.batch);
    return { ...finding(this.#text(read, path, closing), ids, batches, read), edges };
  }

  /** Operations that one read, alone or with others, shows as replaced by each other in a circle. */
  describeReplaced(read: Candidate, path: readonly Step<Candidate>[]): Finding {
    const { operations } = this.#evidence.chains;
    const facts = this.#factsOf(path);
    const text = `no one order explains that ${list(facts)}`;
    const edges = path.slice(1).flatMap((step, i) => this.#edges(path[i]!.index, step));
    const ids = rowsOf(operations[path[0]!.index]!);
    const batches = path.map(({ index }) => operations[index]!.batch);
    return { ...finding(text, ids, batches, read), edges };
  }

  #text(read: Candidate, path: readonly Step<Candidate>[], closing: Closing): string {
    const { acknowledgedUs, beganUs } = this.#evidence.chains;
    const first = path[0]!.index;
    const last = path.at(-1)!.index;
    const missed = `${this.#name(first)} (${this.#rows(first)})`;
    const reader = readText(read);
    if (path.slice(1).some(({ edge }) => edge !== null))
      return this.#manyReads(read, path, closing);
    if (closing.kind === 'bound') {
      const late = Math.round((read.start - acknowledgedUs[last]!) / 1000);
      const since = `${late} ms after ${this.#name(last)} was acknowledged`;
      return first === last
        ? `${reader} began ${since}, and does not show it (${this.#rows(first)})`
        : `${reader} began ${since}, and misses ${missed}, which ${this.#wasBefore(first)} before that began`;
    }
    if (first === last) {
      return closing.kind === 'session'
        ? `${readText(closing.by)} shows ${this.#name(first)}, and ${reader}, later in the same session, does not show it (${this.#rows(first)})`
        : `${reader} does not show ${missed}, which ${read.process} itself wrote and had acknowledged at ${at(acknowledgedUs[first]!)}`;
    }
    const before = `which ${this.#wasBefore(first)} before ${this.#name(last)} began at ${at(beganUs[last]!)}`;
    switch (closing.kind) {
      case 'shows':
        return `${reader} shows ${this.#name(last)} and not ${missed}, ${before}`;
      case 'session':
        return `over two reads: ${readText(closing.by)} shows ${this.#name(last)}, and ${reader}, later in the same session, misses ${missed}, ${before}`;
      case 'own':
        return `${reader} misses ${missed}, ${before}, which ${read.process} itself wrote and had acknowledged before it read`;
    }
  }

  #manyReads(read: Candidate, path: readonly Step<Candidate>[], closing: Closing): string {
    const facts = this.#factsOf(path);
    const last = this.#name(path.at(-1)!.index);
    const first = this.#name(path[0]!.index);
    const own = {
      shows: `${readText(read)} shows ${last} and not ${first}`,
      session: `the session of ${readText(read)} had shown ${last}, and it does not show ${first}`,
      own: `${read.process} itself wrote ${last}, and ${readText(read)} does not show ${first}`,
      bound: `${readText(read)} began long after ${last} was acknowledged, and does not show ${first}`,
    }[closing.kind];
    return `no one order explains that ${list([...facts, own])}`;
  }

  /** What reads say that leads along the path; times alone lead along the rest of it. */
  #factsOf(path: readonly Step<Candidate>[]): string[] {
    return path.slice(1).flatMap(({ edge, index }, i) => {
      const from = path[i]!.index;
      if (edge === null) return [];
      const by = readText(edge.by);
      return edge.replaced
        ? [`${by} shows ${this.#name(index)} over ${this.#name(from)}`]
        : [`${by} shows ${this.#name(from)} and not ${this.#name(index)}`];
    });
  }

  #edges(from: number, { index, edge }: Step<Candidate>): Edge[] {
    const ends = { from: this.#name(from), to: this.#name(index) };
    if (edge === null) {
      const { chains } = this.#evidence;
      const { operations } = chains;
      const acknowledged = chains.precedes(operations[from]!, operations[index]!);
      return [{ ...ends, kind: acknowledged ? 'acknowledged' : 'seen' }];
    }
    if (edge.replaced) return [{ ...ends, kind: 'replaced' }];
    const by = readText(edge.by);
    return [
      { from: ends.from, to: by, kind: 'shows' },
      { from: by, to: ends.to, kind: 'misses' },
    ];
  }

  #closingEdges(read: Candidate, last: number, closing: Closing): Edge[] {
    const from = this.#name(last);
    const to = readText(read);
    if (closing.kind !== 'session') return [{ from, to, kind: closing.kind satisfies EdgeKind }];
    const by = readText(closing.by);
    return [
      { from, to: by, kind: 'shows' },
      { from: by, to, kind: 'session' },
    ];
  }

  #name(index: number): string {
    return operationText(this.#evidence.chains.operations[index]);
  }

  #rows(index: number): string {
    return rowsText(rowsOf(this.#evidence.chains.operations[index]!));
  }

  /** How it is known that an operation came before what began later. */
  #wasBefore(index: number): string {
    if (index === 0) return 'was there';
    const { acknowledgedUs } = this.#evidence.chains;
    const seenBy = this.#evidence.seenBy[index];
    if (seenBy !== undefined) return `${readText(seenBy)} had shown`;
    return `was acknowledged at ${at(acknowledgedUs[index]!)}`;
  }
}

/** `a`, `a and b`, `a, b and c`. */
function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
