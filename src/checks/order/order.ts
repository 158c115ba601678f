import { formatCount, plural } from '../../core/count-text.ts';
import { messageOf } from '../../core/errors.ts';
import type { ReadEvent } from '../../core/history.ts';
import { GUARANTEES, type Guarantee } from '../../core/names.ts';
import type { OrderResult } from '../../core/result.ts';
import { stalenessBoundUs } from '../../core/staleness.ts';
import { Findings, type Run } from '../check.ts';
import { finding, operationText, readText, rowsText } from '../describe.ts';
import type { Rows } from '../rows.ts';
import { AuditedOperations } from './audited.ts';
import { Contradictions, type OrderCheck } from './contradictions.ts';
import { OrderEvidence } from './evidence.ts';
import type { Fracture } from './reading.ts';

/** What all copies together say of the order, for the checks that judge it. */
export interface OrderFacts {
  readonly findings: ReadonlyMap<OrderCheck, Findings>;
  /** Times that a read showed a part of an operation only. */
  readonly fractures: Findings;
  /** What the audit of each copy showed. */
  readonly audits: readonly AuditedOperations[];
  /** Operations that were seen with all their rows, once for each read. */
  readonly whole: number;
  readonly reads: number;
  /** Times that a process opened the database and then read from it. */
  readonly sessions: number;
  /** Sessions that saw an operation of the run, and those of them that read on. */
  readonly sessionsThatSaw: number;
  readonly sessionsThatReadOn: number;
  /** Readers that missed something for longer than the bound. */
  readonly lateReaders: number;
  /** A read began after the staleness bound of some acknowledgement. */
  readonly couldBeLate: boolean;
  /** Some process both writes and reads. */
  readonly hasPeers: boolean;
  /** Why the order could not be judged to its end; null if it was. */
  readonly problem: string | null;
}

/** The order engine: fed with every read of every copy, then asked once. */
export class Order {
  readonly #run: Run;
  readonly #copies: OrderEvidence[] = [];
  readonly #fractures = new Findings();
  readonly #audits: readonly AuditedOperations[];
  #fracturedReads = 0;
  #problem: string | null = null;

  constructor(run: Run) {
    this.#run = run;
    this.#audits = run.ledgers.map((ledger) => new AuditedOperations(ledger));
    this.#attempt(() => {
      for (const ledger of run.ledgers) this.#copies.push(new OrderEvidence(ledger));
    });
  }

  opened(process: string, copy: number): void {
    this.#copies[copy]?.opened(process);
  }

  read(rows: Rows, event: ReadEvent, copy: number): void {
    if (this.#problem !== null) return;
    const evidence = this.#copies[copy]!;
    // No closure here: this is called for every read.
    try {
      evidence.read(rows, event);
    } catch (error) {
      this.#problem = messageOf(error);
      return;
    }
    const { fractures } = evidence.reading;
    if (fractures.length > 0) this.#fracturedReads++;
    for (const fracture of fractures) this.#addFracture(rows, event, fracture);
  }

  /** A page of the audit. */
  scan(rows: Rows, copy: number): void {
    this.#attempt(() => this.#audits[copy]!.scan(rows));
  }

  /** `isWhole`: whether the audit of a copy was read to its end. */
  finish(isWhole: (copy: number) => boolean): { facts: OrderFacts; result: OrderResult } {
    const findings = new Map<OrderCheck, Findings>(
      (['prefix-hole', 'own-write-missed', 'non-monotonic', 'long-fork', 'frozen'] as const).map(
        (name) => [name, new Findings()],
      ),
    );
    const refuted = new Set<Guarantee>();
    if (this.#fractures.count > 0) refuted.add('consistent-prefix');
    const late = new Set<string>();
    let auditsContradicting = 0;
    let behindUs: number | null = null;
    const boundUs = stalenessBoundUs(this.#run.options);
    for (const [copy, evidence] of this.#copies.entries()) {
      this.#attempt(() => {
        const audited = isWhole(copy) ? this.#audits[copy] : undefined;
        const found = new Contradictions(evidence, audited, boundUs, findings);
        for (const guarantee of found.refuted) refuted.add(guarantee);
        for (const process of found.late) late.add(process);
        if (found.contradictsAudit) auditsContradicting++;
        if (isComparable(evidence)) behindUs = Math.max(behindUs ?? 0, found.behindUs);
      });
    }
    const sum = (of: (evidence: OrderEvidence) => number): number =>
      this.#copies.reduce((total, evidence) => total + of(evidence), 0);
    const facts: OrderFacts = {
      findings,
      fractures: this.#fractures,
      audits: this.#audits,
      whole: sum(({ whole }) => whole),
      reads: sum(({ reads }) => reads),
      sessions: sum((each) => each.sessions),
      sessionsThatSaw: sum((each) => each.sessionsThatSaw),
      sessionsThatReadOn: sum((each) => each.sessionsThatReadOn),
      lateReaders: late.size,
      couldBeLate: this.#copies.some((evidence) => isDue(evidence, boundUs)),
      hasPeers: this.#copies.some(({ hasPeers }) => hasPeers),
      problem: this.#problem,
    };
    const contradicting = [...findings.values()].reduce(
      (total, { count }) => total + count,
      this.#fracturedReads - auditsContradicting,
    );
    const contradictsAudit = auditsContradicting > 0;
    const counts = {
      reads: facts.reads,
      // A read that contradicts others did show otherwise.
      discriminating_reads: Math.max(
        contradicting,
        sum(({ discriminating }) => discriminating),
      ),
      undecidable_reads: sum(({ undecidable }) => undecidable),
    };
    const ordered = GUARANTEES.filter((guarantee) => refuted.has(guarantee));
    const because =
      this.#problem === null
        ? orderText(counts, ordered, contradicting, contradictsAudit)
        : `the order of the reads could not be judged: ${this.#problem}`;
    return { facts, result: { ...counts, behind_us: behindUs, refuted: ordered, because } };
  }

  #addFracture(rows: Rows, event: ReadEvent, { operation, absent }: Fracture): void {
    this.#fractures.add(1, () => {
      const versions = [...rows.versions().values()];
      const visible = versions.filter((found) => found.includes(operation)).length;
      const all = plural(visible + absent.length, 'row');
      const name = readText(event);
      const text = `${name} showed ${formatCount(visible)} of ${all} of ${operationText(operation)}: not ${rowsText(absent)}`;
      const edges = [
        { from: operationText(operation), to: name, kind: 'shows' as const },
        { from: name, to: operationText(operation), kind: 'misses' as const },
      ];
      return { ...finding(text, absent, [operation.batch], event), edges };
    });
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#problem ??= messageOf(error);
    }
  }
}

/** Some operation was acknowledged before some read began. */
function isComparable(evidence: OrderEvidence): boolean {
  return isDue(evidence, 0);
}

function isDue({ chains, lastStartUs }: OrderEvidence, boundUs: number): boolean {
  const { acknowledgedUs, chain } = chains;
  return acknowledgedUs.some(
    (us, index) => index > 0 && chain[index]! >= 0 && us + boundUs < lastStartUs,
  );
}

function orderText(
  counts: Pick<OrderResult, 'reads' | 'discriminating_reads' | 'undecidable_reads'>,
  refuted: readonly Guarantee[],
  contradicting: number,
  contradictsAudit: boolean,
): string {
  const { reads, undecidable_reads: undecidable, discriminating_reads: discriminating } = counts;
  const are = `${refuted.join(', ')} ${refuted.length === 1 ? 'is' : 'are'} refuted`;
  if (refuted.some((guarantee) => guarantee !== 'bounded-staleness')) {
    const what = [
      ...(contradicting > 0 ? [`${formatCount(contradicting)} of ${plural(reads, 'read')}`] : []),
      ...(contradictsAudit ? ['the final state'] : []),
    ];
    return `no one order explains ${what.join(' and ')}: ${are}`;
  }
  if (reads === 0) return 'nobody read, so there is nothing that an order must explain';
  const decidable = reads - undecidable;
  const explained =
    decidable === 0
      ? `${reads === 1 ? 'the one read' : `each of ${plural(reads, 'read')}`} has a row that several operations wrote at once`
      : `one order explains ${decidable === 1 ? 'the one decidable read' : `all ${plural(decidable, 'decidable read')}`}`;
  const otherwise = `${explained}; ${formatCount(discriminating)} could have shown otherwise`;
  return refuted.length === 0
    ? otherwise
    : `${otherwise}; ${formatCount(contradicting)} came too late: ${are}`;
}
