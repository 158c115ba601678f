import { describe, expect, it } from 'vitest';
import { check } from '../support/history-dsl.ts';

const INSERT = 'w0 insert 101-104 #1 @10-20';

describe('orphan', () => {
  it('passes on file reads, or on an audit', async () => {
    const reads = await check('orphan', `${INSERT}; r0 files 3 @30-31`);
    expect(reads).toMatchObject({
      verdict: 'pass',
      because: 'no chunk without its file row: 3 asked for by readers, 0 in the audit',
    });
    const audit = await check('orphan', `${INSERT}; audit seed 101-104#1`, { readers: 0 });
    expect(audit).toMatchObject({
      verdict: 'pass',
      because: 'no chunk without its file row: 0 asked for by readers, 13 in the audit',
    });
  });

  it('fails on files that a reader did not find', async () => {
    const text = `${INSERT}; r0 files 3 missing 101 missing 109 @30-31`;
    expect(await check('orphan', text)).toMatchObject({
      verdict: 'fail',
      count: 2,
      because: '2 file rows missing beside visible chunks',
      findings: [
        {
          text: "r0's files at 0.031 s did not find the file rows 101, 109 of chunks it had just read",
          process: 'r0',
          ids: [101, 109],
          batches: [],
          time_us: 31_000,
        },
      ],
    });
  });

  it('fails on files that the audit did not find, with or without writers', async () => {
    for (const writers of [0, 1]) {
      const { verdict, findings } = await check('orphan', 'audit seed missing 97', { writers });
      expect(verdict).toBe('fail');
      expect(findings).toEqual([
        {
          text: 'the database has chunks and not their file row 97',
          process: null,
          ids: [97],
          batches: [],
          time_us: null,
        },
      ]);
    }
  });

  it('is skipped without writers, and where nobody could have read files', async () => {
    const alone = await check('orphan', 'audit seed', { writers: 0 });
    expect(alone).toMatchObject({ verdict: 'skipped', because: 'there were no writers' });
    const unread = await check('orphan', INSERT, { readers: 0 });
    expect(unread).toMatchObject({
      verdict: 'skipped',
      because: 'there were no readers, and no audit',
    });
  });

  it('is unknown when readers read no file rows and the audit did not end', async () => {
    for (const rest of [
      '',
      'audit seed error oom',
      'r0 files 0 @30-31',
      'r0 files 3 fail @30-31',
    ]) {
      expect(await check('orphan', `${INSERT}; ${rest}`)).toMatchObject({
        verdict: 'unknown',
        because: 'no file rows were read',
      });
    }
  });

  it('passes on the audit of one copy', async () => {
    const copies = [['w0'], ['w1']];
    const { verdict } = await check('orphan', 'audit seed', { writers: 2, readers: 0 }, copies);
    expect(verdict).toBe('pass');
  });
});
