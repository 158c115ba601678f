import { expect, test } from 'vitest';
import { JUDGE_VERSION } from '../../src/core/result.ts';
import { conclusionLines, savedVerdictLines } from '../../src/report/conclusion-lines.ts';
import { painter } from '../../src/report/paint.ts';

const plain = painter(false);

test('a saved verdict is said with the judge that came to it', () => {
  expect(savedVerdictLines('works', 1, 'wrong', 80, plain)).toEqual([
    `  Saved      WORKS by judge 1; this is judge ${JUDGE_VERSION}; the verdict is another`,
  ]);
  expect(savedVerdictLines('wrong', JUDGE_VERSION, 'wrong', 80, plain)).toEqual([
    '  Saved      WRONG by the same judge; the verdict is the same',
  ]);
  expect(savedVerdictLines('inconsistent', 1, 'works', 80, painter(true))[0]).toContain(
    '\u001b[31mINCONSISTENT\u001b[39m',
  );
});

test('a conclusion stands alone: verdict, reason and next step', () => {
  const said = { because: 'reads contradict each other', next: 'try --access owner' };
  expect(conclusionLines('Verdict', 'inconsistent', said, 80, plain)).toEqual([
    '  Verdict    INCONSISTENT: reads contradict each other',
    '  Next       try --access owner',
  ]);
});

test('a command for which a line is too short has a line of its own, and can be pasted into a shell', () => {
  const long = `probe crash lancedb --rounds 100 ${'--seed 42 '.repeat(8)}--rpc ws`;
  const bundle = String.raw`probe recheck 'my; results/it'\''s a-round-0'`;
  const next = `see every finding: ${bundle}; or try it again (by chance): ${long}`;
  const said = { because: 'rows are lost', next };
  expect(conclusionLines('Class', 'unsafe', said, 80, plain).slice(1)).toEqual([
    '  Next       see every finding:',
    `             ${bundle}`,
    '             or try it again (by chance):',
    `             ${long}`,
  ]);
  const alone = conclusionLines('Class', 'unsafe', { ...said, next: long }, 80, plain);
  expect(alone.slice(1)).toEqual([`  Next       ${long}`]);
});
