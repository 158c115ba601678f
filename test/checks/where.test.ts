/** Where a failure was found, which the verdict follows. */
import { describe, expect, it } from 'vitest';
import { conclude, Findings } from '../../src/checks/check.ts';
import type { CheckName } from '../../src/core/names.ts';
import { FINDINGS_KEPT, type Finding } from '../../src/core/result.ts';
import { check, judged } from '../support/history-dsl.ts';

const INSERT = 'w0 insert 101-104 #1 @10-20; r0 search 1#0 @12-13';
const RIVALS = 'w0 reembed 1-4 #1 @10-20; w1 reembed 3-6 #2 @12-22';

describe('where a failure was found', () => {
  const final: [CheckName, string][] = [
    ['lost', `${INSERT}; audit seed`],
    ['lost', `${INSERT}; audit 1-50#0 error io`],
    ['duplicate', `${INSERT}; audit seed 101-104#1 101#1`],
    ['duplicate', `${INSERT}; audit seed 101-104#1 twice 13`],
    ['torn', `${INSERT}; audit seed 101-104#1 torn 5#0`],
    ['unexpected', `${INSERT}; audit seed 101-104#1 900#9`],
    ['unexpected', `${INSERT}; audit seed 101-104#1 counter 3`],
    ['orphan', `${INSERT}; audit seed 101-104#1 missing 13`],
    ['lost-update', 'w0 increment #1 @10-20; w1 increment #2 @12-22; audit seed counter 1'],
    ['fractured', `${INSERT}; audit seed 101-103#1`],
    ['prefix-hole', `${RIVALS}; audit 1-3#1 4-6#2 7-100#0`],
    ['long-fork', `${RIVALS}; r0 point 1,5: 1#1 5#0 @15-16; audit 1-4#1 5-6#2 7-100#0`],
    ['aborted-read', `${INSERT}; w0 insert 105-108 #2 @30-40 fail; audit seed 101-104#1 105-108#2`],
  ];

  it.each(final)('is the final state for %s in: %s', async (name, text) => {
    expect(await check(name, text)).toMatchObject({ verdict: 'fail', where: 'final' });
  });

  const reads: [CheckName, string][] = [
    ['duplicate', `${INSERT}; r0 poll >100: 101-104#1 101#1 @30-31`],
    ['torn', `${INSERT}; r0 poll >100: 101-104#1 @30-31 torn 101#1`],
    ['unexpected', `${INSERT}; r0 poll >100: 101-104#1 900#9 @30-31`],
    ['orphan', `${INSERT}; r0 files 1 missing 13 @30-31`],
    ['fractured', `${INSERT}; r0 poll >100: 101-103#1 @30-31`],
    ['aborted-read', `${INSERT}; w0 insert 105-108 #2 @30-40 fail; r0 poll >104: 105-108#2 @50-51`],
    ['search-gap', `${INSERT}; r0 search 1#0 @34-35 target 104#1`],
  ];

  it.each(reads)('is reads for %s in: %s', async (name, text) => {
    const whole = `${text}; audit seed 101-104#1`;
    expect(await check(name, whole)).toMatchObject({ verdict: 'fail', where: 'reads' });
  });

  it('is the final state where that shows it too', async () => {
    const both = `${INSERT}; r0 poll >100: 101-103#1 @30-31; audit seed 101-103#1`;
    expect(await check('fractured', both)).toMatchObject({ where: 'final' });
  });

  it('is nowhere of checks that did not fail', async () => {
    const { checks } = await judged(`${INSERT}; audit seed 101-104#1`);
    expect(checks.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    expect(checks.every(({ where }) => where === null)).toBe(true);
  });
});

describe('what is kept of the findings', () => {
  const named = (text: string): Finding => ({
    ...{ text, process: null, ids: [], batches: [], time_us: null },
  });
  const texts = ({ kept }: Findings): string[] => kept.map(({ text }) => text);

  it('is the final state before reads, and no more than a few', () => {
    const findings = new Findings();
    for (let i = 0; i < 2 * FINDINGS_KEPT; i++) findings.add(1, () => named(`read ${i}`));
    findings.addAudited(3, () => named('rows'));
    findings.addFinal(1, () => named('counter'));
    expect(texts(findings)).toEqual(['rows', 'counter', 'read 0', 'read 1', 'read 2']);
    expect(findings).toMatchObject({ count: 14, auditRows: 3, where: 'final' });
    for (let i = 0; i < FINDINGS_KEPT; i++) findings.addFinal(1, () => named(`more ${i}`));
    expect(texts(findings)).toEqual(['rows', 'counter', 'more 0', 'more 1', 'more 2']);
  });

  it('is described only if it is kept', () => {
    const findings = new Findings();
    const unwanted = (): never => {
      throw new Error('nobody asked');
    };
    for (let i = 0; i < FINDINGS_KEPT; i++) {
      findings.add(1, () => named('read'));
      findings.addFinal(1, () => named('final'));
    }
    findings.add(1, unwanted);
    findings.addFinal(1, unwanted);
    expect(findings.count).toBe(2 * FINDINGS_KEPT + 2);
  });

  it('says where with the conclusion', () => {
    const says = { fail: 'it is', unknown: [], pass: 'it is not' };
    const findings = new Findings();
    expect(conclude(findings, says)).toMatchObject({ verdict: 'pass', where: null });
    findings.add(1, () => named('read'));
    expect(conclude(findings, says)).toMatchObject({ verdict: 'fail', where: 'reads' });
    findings.addFinal(0, () => named('counter'));
    expect(conclude(findings, says)).toMatchObject({ verdict: 'fail', where: 'final' });
  });
});

describe('an audit that ends twice', () => {
  const dying = 'audit error worker.died';

  it('is the complete one, and the later error is told', async () => {
    const { checks, audit } = await judged(`${INSERT}; audit seed 101-104#1; ${dying}`);
    expect(checks.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    expect(checks.find(({ name }) => name === 'lost')!.verdict).toBe('pass');
    expect(audit).toMatchObject({ rows: 104, lost: 0, error: 'worker.died: it said worker.died' });
  });

  it('is the first one also if it was not complete: what the database said stands', async () => {
    const { checks, audit } = await judged(`${INSERT}; audit 1-50#0 error corrupt; ${dying}`);
    expect(checks.find(({ name }) => name === 'lost')!.verdict).toBe('fail');
    expect(audit).toMatchObject({ rows: 50, error: 'corrupt: it said corrupt' });
  });

  it('counts what an end found once', async () => {
    const twice = `${INSERT}; audit seed 101-104#1 missing 13; audit missing 13`;
    expect(await check('orphan', twice)).toMatchObject({ count: 1 });
  });
});
