import { Effort, tooTangled } from '../../core/effort.ts';
import type { CheckName, Guarantee } from '../../core/names.ts';
import type { Finding } from '../../core/result.ts';
import type { Findings } from '../check.ts';
import type { AuditedOperations } from './audited.ts';
import type { OrderEvidence } from './evidence.ts';
import { OrderGraph, type ReadEdge, type Reached } from './graph.ts';
import { Memory } from './memory.ts';
import { findPath, type Step } from './path.ts';
import { Sentences, type Closing } from './sentences.ts';
import { OperationSet, Session, type Candidate } from './sessions.ts';

/** The checks whose findings are reads that no order explains. */
export type OrderCheck = Extract<
  CheckName,
  'prefix-hole' | 'own-write-missed' | 'non-monotonic' | 'long-fork' | 'frozen'
>;

const FORKS_LOOKED_AT = 100;
/** Comparisons of operations with each other, of one copy: some twenty seconds. */
const MOST_STEPS = 2_000_000_000;

/**
 * Looks for reads that no one order of the operations of a copy explains. Reads are added to the order one after the
 * other, as they ended; the one that closes a cycle is a finding, named by the smallest cycle through it, and is left out
 * of what follows. Four times, with more asked of the order each time: that it explains each read by itself; that the reads
 * of a session do not go back; that a process sees its own writes; that nothing is missed for longer than the bound.
 *
 * The edges are those of Adya's direct serialization graph (Weak Consistency, 1999) as far as reads of versions tell them,
 * with real time and sessions as in Elle (Kingsbury, Alvaro 2020).
 */
export class Contradictions {
  readonly refuted = new Set<Guarantee>();
  /** The least bound that all reads keep; undefined where nothing was missed. */
  behindUs = 0;
  /** No order explains the final state. */
  contradictsAudit = false;
  /** Readers that missed something for longer than the bound. */
  readonly late = new Set<string>();
  readonly #evidence: OrderEvidence;
  readonly #findings: ReadonlyMap<OrderCheck, Findings>;
  readonly #sentences: Sentences;
  readonly #boundUs: number;
  /** By process that reads: the chains of what it writes itself. */
  readonly #ownChains: ReadonlyMap<string, readonly number[]>;
  readonly #graph: OrderGraph<Candidate>;
  #forksLookedAt = 0;
  readonly #effort = new Effort(MOST_STEPS, tooTangled('its reads'));

  constructor(
    evidence: OrderEvidence,
    audited: AuditedOperations | undefined,
    boundUs: number,
    findings: ReadonlyMap<OrderCheck, Findings>,
  ) {
    this.#evidence = evidence;
    this.#boundUs = boundUs;
    this.#findings = findings;
    this.#sentences = new Sentences(evidence);
    this.#ownChains = ownChainsOf(evidence);
    this.#graph = this.#newGraph();
    const reads = evidence.candidates.toSorted((a, b) => a.time - b.time);
    this.#explainEach(reads);
    if (audited !== undefined) this.#explainAudit(audited);
    this.#explainSessions(reads, 'monotonic-reads');
    if (this.#ownChains.size > 0) this.#explainSessions(reads, 'read-your-writes');
    this.#measureLag(reads);
  }

  /** Each read by itself, and all of them together. */
  #explainEach(reads: readonly Candidate[]): void {
    const memory = new Memory(this.#evidence, this.#effort);
    for (const read of reads) {
      memory.recall(read);
      if (this.#contradictsItself(read) || this.#contradictsOthers(read)) {
        read.isOut = true;
        this.refuted.add('consistent-prefix');
        continue;
      }
      this.#graph.add(read.shown, read.missed, read);
      for (const [from, to] of read.replaced) {
        this.#graph.addEdge(from, { to, by: read, replaced: true });
      }
      memory.add(read);
    }
  }

  /**
   * The final state: operations that stand over each other, in a circle (Adya's G0). What it misses is for the check
   * `lost` to say.
   */
  #explainAudit(audited: AuditedOperations): void {
    const { replaced } = audited;
    if (replaced.length === 0) return;
    const audit = auditOf(replaced);
    if (this.#replacesInCircles(audit, true) || this.#replacesInCircles(audit, false)) {
      this.refuted.add('consistent-prefix');
      this.contradictsAudit = true;
    }
  }

  /** One read: it shows an operation and misses one that came before it. */
  #contradictsItself(read: Candidate): boolean {
    if (this.#directGoal(read.missed, read.shown) !== undefined) {
      this.#add('prefix-hole', read, read.shown, { kind: 'shows' });
      return true;
    }
    return this.#replacesInCircles(read, true);
  }

  /** Several reads, of several sessions, each of which could be right. */
  #contradictsOthers(read: Candidate): boolean {
    if (this.#graph.isEmpty) return false;
    if (this.#replacesInCircles(read, false)) return true;
    const reached = this.#graph.reach(read.missed);
    if (!read.shown.some((index) => reached.has(index))) return false;
    // With the session's earlier reads the cycle may be smaller.
    if (this.#missesOwnWrite(read)) this.refuted.add('read-your-writes');
    else if (this.#goesBack(read)) this.refuted.add('monotonic-reads');
    else {
      const check = this.#forkOf(read, read.missed, read.shown);
      this.#add(check, read, read.shown, { kind: 'shows' });
    }
    return true;
  }

  /**
   * The name of a circle through several reads: where all are of one session, nobody contradicts anybody else. Only the
   * first ones are looked at so closely: each look may walk over the whole history.
   */
  #forkOf(read: Candidate, from: readonly number[], goals: readonly number[]): OrderCheck {
    if (++this.#forksLookedAt > FORKS_LOOKED_AT) return 'long-fork';
    const path = this.#pathTo(goals, from, pairsOf(read));
    const isAlone = path.every(({ edge }) => edge === null || edge.by.session === read.session);
    return isAlone ? 'prefix-hole' : 'long-fork';
  }

  /** With the pairs of this read, alone or with what other reads say: some operation would have to precede itself. */
  #replacesInCircles(read: Candidate, alone: boolean): boolean {
    for (const [from, to] of read.replaced) {
      if (!this.#graph.reach([to], read.replaced, alone).has(from)) continue;
      const check = alone ? 'prefix-hole' : this.#forkOf(read, [to], [from]);
      const found = this.#findings.get(check)!;
      const describe = (): Finding => {
        const graph = alone ? this.#newGraph() : this.#graph;
        const path = this.#pathTo([from], [to], pairsOf(read), graph);
        const circle = [...path, { index: to, edge: { to, by: read, replaced: true } }];
        return this.#sentences.describeReplaced(read, circle);
      };
      if (read.f === 'audit') found.addFinal(1, describe);
      else found.add(1, describe);
      return true;
    }
    return false;
  }

  /** Also that the reads of a session do not go back, and in the end that a process sees what it wrote. */
  #explainSessions(
    reads: readonly Candidate[],
    guarantee: 'monotonic-reads' | 'read-your-writes',
  ): void {
    const memory = new Memory(this.#evidence, this.#effort);
    this.#graph.clear();
    for (const read of reads) {
      memory.recall(read);
      if (read.isOut) continue;
      const own = guarantee === 'read-your-writes' ? this.#ownWrites(read) : NOTHING;
      const known = [...read.shown, ...read.seen.map(({ index }) => index), ...own];
      const isOut =
        guarantee === 'read-your-writes' ? this.#missesOwnWrite(read) : this.#goesBack(read);
      if (isOut || this.#forksFrom(read, known)) {
        read.isOut = true;
        this.refuted.add(guarantee);
        continue;
      }
      this.#graph.add(known, read.missed, read);
      for (const [from, to] of read.replaced) {
        this.#graph.addEdge(from, { to, by: read, replaced: true });
      }
      memory.add(read);
    }
  }

  #forksFrom(read: Candidate, known: readonly number[]): boolean {
    if (this.#graph.isEmpty) return false;
    if (this.#replacesInCircles(read, false)) return true;
    const reached = this.#graph.reach(read.missed);
    const last = known.find((index) => reached.has(index));
    if (last === undefined) return false;
    const seen = read.seen.find(({ index }) => index === last);
    const closing: Closing = read.shown.includes(last)
      ? { kind: 'shows' }
      : seen === undefined
        ? { kind: 'own' }
        : { kind: 'session', by: seen.by };
    const check =
      closing.kind === 'own' ? 'own-write-missed' : this.#forkOf(read, read.missed, [last]);
    this.#add(check, read, [last], closing);
    return true;
  }

  #missesOwnWrite(read: Candidate): boolean {
    const own = this.#ownWrites(read);
    if (this.#directGoal(read.missed, own) === undefined) return false;
    this.#add('own-write-missed', read, own, { kind: 'own' });
    return true;
  }

  /** It misses what an earlier read of its session showed, or what came before that. */
  #goesBack(read: Candidate): boolean {
    const seen = read.seen.map(({ index }) => index);
    const wentBack =
      read.wentBack >= 0 ? read.wentBack : (read.missed.find((each) => seen.includes(each)) ?? -1);
    const back = wentBack < 0 ? undefined : this.#directGoal([wentBack], seen);
    const goal = seen.includes(wentBack) ? wentBack : (back ?? this.#directGoal(read.missed, seen));
    if (goal === undefined) return false;
    const { by } = read.seen.find(({ index }) => index === goal)!;
    const closing: Closing = { kind: 'session', by };
    if (back !== undefined) this.#add('non-monotonic', read, [goal], closing, [wentBack]);
    else this.#add('prefix-hole', read, [goal], closing);
    return true;
  }

  /** How long each read had been able to see what it misses. */
  #measureLag(reads: readonly Candidate[]): void {
    for (const read of reads) {
      if (read.isOut || read.missed.length === 0) continue;
      const reached = this.#graph.reach(read.missed);
      const behindUs = read.start - reached.acknowledgedUs;
      this.behindUs = Math.max(this.behindUs, behindUs);
      if (behindUs <= this.#boundUs) continue;
      this.late.add(read.process);
      this.refuted.add('bounded-staleness');
      this.#findings.get('frozen')!.add(1, () => this.#describeLate(read, reached));
    }
  }

  #describeLate(read: Candidate, reached: Reached): Finding {
    const { chains } = this.#evidence;
    // Another operation, which it need not show, may have been acknowledged at the same instant.
    const due = chains.acknowledgedUs.findIndex(
      (us, index) =>
        us === reached.acknowledgedUs && chains.chain[index]! >= 0 && reached.has(index),
    );
    const path = this.#pathTo([due], read.missed);
    return this.#sentences.describe(read, path, { kind: 'bound' });
  }

  #add(
    check: OrderCheck,
    read: Candidate,
    goals: readonly number[],
    closing: Closing,
    from: readonly number[] = read.missed,
  ): void {
    const describe = (): Finding =>
      this.#sentences.describe(read, this.#pathTo(goals, from), closing);
    this.#findings.get(check)!.add(1, describe);
  }

  /** The shortest way to one of these goals, of which the order has told that there is one. */
  #pathTo(
    goals: readonly number[],
    from: readonly number[],
    own?: ReturnType<typeof pairsOf>,
    graph = this.#graph,
  ): Step<Candidate>[] {
    const { chains, knownUs } = this.#evidence;
    return findPath(chains, knownUs, graph, from, goals, own)!;
  }

  /** The first of the goals that is one of these operations, or comes after one by times alone. */
  #directGoal(from: readonly number[], goals: readonly number[]): number | undefined {
    this.#effort.spend(goals.length * from.length);
    return goals.find((goal) =>
      from.some((index) => index === goal || this.#graph.precedes(index, goal)),
    );
  }

  /** The last operation of each of its own chains that was acknowledged before the read began. */
  #ownWrites(read: Candidate): number[] {
    const own = this.#ownChains.get(read.process) ?? [];
    return own
      .map((chain) => this.#evidence.chains.lastAcknowledged(chain, read.start))
      .filter((index) => index >= 0);
  }

  #newGraph(): OrderGraph<Candidate> {
    return new OrderGraph(this.#evidence.chains, this.#evidence.knownUs, this.#effort);
  }
}

const NOTHING: readonly number[] = [];

/** The audit of a copy, as the last of its reads. */
function auditOf(replaced: Candidate['replaced']): Candidate {
  const session = new Session('audit', new OperationSet(0));
  return {
    ...{ process: 'audit', f: 'audit', time: Infinity, start: Infinity, session, replaced },
    ...{ shown: NOTHING, missed: NOTHING, before: [], seen: [], wentBack: -1, isOut: false },
  };
}

function ownChainsOf({ chains, candidates }: OrderEvidence): Map<string, number[]> {
  const readers = new Set(candidates.map(({ process }) => process));
  const own = new Map<string, number[]>();
  for (const [chain, [first]] of chains.members.entries()) {
    const { process, outcome } = chains.operations[first!]!;
    if (outcome !== 'ok' || !readers.has(process)) continue;
    own.set(process, [...(own.get(process) ?? []), chain]);
  }
  return own;
}

function pairsOf(read: Candidate): Map<number, ReadEdge<Candidate>[]> {
  const pairs = new Map<number, ReadEdge<Candidate>[]>();
  for (const [from, to] of read.replaced) {
    pairs.set(from, [...(pairs.get(from) ?? []), { to, by: read, replaced: true }]);
  }
  return pairs;
}
