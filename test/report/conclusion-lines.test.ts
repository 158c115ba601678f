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
