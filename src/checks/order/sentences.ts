/** What contradicts itself, as circles of facts and in words. */
import type { Edge, EdgeKind, Finding } from '../../core/result.ts';
import { finding, operationText, readText, rowsOf, rowsText, type ReadName } from '../describe.ts';
import type { OrderEvidence } from './evidence.ts';
import type { Step } from './path.ts';
import type { Candidate } from './sessions.ts';

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
    const text = `no one order explains that ${list(this.#factsOf(path))}`;
    const edges = path.slice(1).flatMap((step, i) => this.#edges(path[i]!.index, step));
    const ids = rowsOf(operations[path[0]!.index]!);
    const batches = path.map(({ index }) => operations[index]!.batch);
    const where = read.f === 'audit' ? null : read;
    return { ...finding(text, ids, batches, where), edges };
  }

  #text(read: Candidate, path: readonly Step<Candidate>[], closing: Closing): string {
    const { acknowledgedUs, beganUs } = this.#evidence.chains;
    const first = path[0]!.index;
    const last = path.at(-1)!.index;
    if (path.slice(1).some(({ edge }) => edge !== null)) {
      return this.#manyReads(read, path, closing);
    }
    const missed = `${this.#name(first)} (${this.#rows(first)})`;
    const reader = readText(read);
    if (closing.kind === 'bound') {
      const since = `${exactMs(read.start - acknowledgedUs[last]!)} after ${this.#name(last)} was acknowledged`;
      return first === last
        ? `${reader} began ${since}, and does not show it (${this.#rows(first)})`
        : `${reader} began ${since}, and misses ${missed}, which ${this.#wasBefore(first)} before that began`;
    }
    if (first === last) {
      return closing.kind === 'session'
        ? `${readText(closing.by)} shows ${this.#name(first)}, and ${reader}, later in the same session, does not show it (${this.#rows(first)})`
        : `${reader} does not show ${missed}, which ${read.process} itself wrote and had acknowledged at ${exactly(acknowledgedUs[first]!)}`;
    }
    const before = `which ${this.#wasBefore(first)}, before ${this.#name(last)} began at ${exactly(beganUs[last]!)}`;
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
    const own = this.#fact(read, path.at(-1)!.index, closing, path[0]!.index);
    return `no one order explains that ${list([...this.#factsOf(path), own])}`;
  }

  /** Why the read comes after one operation, and that it misses another. */
  #fact(read: Candidate, before: number, closing: Closing, after: number): string {
    const reader = readText(read);
    const known = this.#name(before);
    const missed = this.#name(after);
    switch (closing.kind) {
      case 'shows':
        return `${reader} shows ${known} and not ${missed}`;
      case 'session':
        return `${readText(closing.by)} shows ${known}, and ${reader}, later in the same session, does not show ${missed}`;
      case 'own':
        return `${read.process} itself wrote ${known}, and ${reader} does not show ${missed}`;
      case 'bound':
        return `${reader} began long after ${known} was acknowledged, and does not show ${missed}`;
    }
  }

  /** What leads along the path, a fact a step. */
  #factsOf(path: readonly Step<Candidate>[]): string[] {
    return path.slice(1).map(({ edge, index }, i) => {
      const from = path[i]!.index;
      if (edge === null) {
        return `${this.#name(from)} ${this.#passively(from)} before ${this.#name(index)} began`;
      }
      return edge.replaced
        ? `${readText(edge.by)} shows ${this.#name(index)} over ${this.#name(from)}`
        : this.#fact(edge.by, from, closingOf(edge.by, from), index);
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
    return [
      ...this.#closingEdges(edge.by, from, closingOf(edge.by, from)),
      { from: readText(edge.by), to: ends.to, kind: 'misses' },
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

  /** How it is known that an operation came before what began later: `which ...`. */
  #wasBefore(index: number): string {
    const seenBy = this.#seenBy(index);
    if (seenBy !== undefined) return `${readText(seenBy)} had shown`;
    return this.#passively(index);
  }

  /** The same of the operation as the subject. */
  #passively(index: number): string {
    if (index === 0) return 'was there';
    const seenBy = this.#seenBy(index);
    if (seenBy !== undefined) return `had been shown by ${readText(seenBy)}`;
    return `was acknowledged at ${exactly(this.#evidence.chains.acknowledgedUs[index]!)}`;
  }

  #seenBy(index: number): ReadName | undefined {
    return index === 0 ? undefined : this.#evidence.seenBy[index];
  }
}

/** Why an operation comes before a read that is in the order already. */
function closingOf(read: Candidate, before: number): Closing {
  if (read.shown.includes(before)) return { kind: 'shows' };
  const seen = read.seen.find(({ index }) => index === before);
  return seen === undefined ? { kind: 'own' } : { kind: 'session', by: seen.by };
}

/** `1.204381 s`: where an instant decides, all of it is said. */
function exactly(us: number): string {
  return `${(us / 1_000_000).toFixed(6)} s`;
}

/** `1,204.381 ms`. */
function exactMs(us: number): string {
  return `${(us / 1000).toLocaleString('en-US', { maximumFractionDigits: 3 })} ms`;
}

/** `a`, `a, and that b`, `a, that b, and that c`. */
function list(parts: readonly string[]): string {
  const all = parts.slice(0, -1).join(', that ');
  return parts.length < 2 ? parts.join('') : `${all}, and that ${parts.at(-1)}`;
}
