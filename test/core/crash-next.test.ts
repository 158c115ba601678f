import { describe, expect, test } from 'vitest';
import { crashCommand } from '../../src/core/crash-command.ts';
import { nextOf, type Campaigned } from '../../src/core/crash-next.ts';
import type { CrashMode, CrashOptions } from '../../src/core/crash.ts';
import { durabilityOf } from '../../src/core/durability.ts';
import { SHORT } from '../support/run.ts';
import { crashOf, losing, round, rounds } from './crash-rounds.ts';

const options = { ...SHORT, access: 'owner', writers: 2 } as const;

function next(
  mode: CrashMode,
  of: ReturnType<typeof rounds>,
  changes: Partial<Campaigned> = {},
  crash: Partial<CrashOptions> = {},
): string {
  const asked = { ...crashOf(mode), ...crash };
  const campaigned = { options, crash: asked, stopped: null, bundle: null, ...changes };
  return nextOf(durabilityOf(asked, of, []), campaigned);
}

describe('what to do next', () => {
  test('after a failing round is to judge its bundle and to try it again, with the whole commands', () => {
    const bundle = 'my results/a-round-0';
    const text = next('kill', [losing()], { bundle });
    expect(text).toContain("probe recheck 'my results/a-round-0'; or try it again (the data and");
    expect(text).toContain(crashCommand(options, crashOf('kill')));
    expect(next('kill', [losing()])).not.toContain('recheck');
  });

  test('after too few kills is as many rounds as reach the floor at that rate', () => {
    const some = [...rounds(10), ...rounds(90, { inside_commit: false })];
    expect(next('kill', some, {}, { rounds: 100 })).toMatch(
      /^give it more rounds: probe crash .*--rounds 250 .*--access owner .*--writers 2 /,
    );
  });

  test('after an interrupt is the same campaign to its end', () => {
    const text = next('kill', rounds(3), { stopped: 'interrupted' }, { rounds: 100 });
    expect(text).toMatch(/^it was interrupted; run it to its end: probe crash .*--rounds 100 /);
    expect(text).not.toContain('more rounds');
  });

  test('after a campaign that could not go on is the same campaign to its end', () => {
    const text = next('kill', rounds(3), { stopped: 'broken off' }, { rounds: 100 });
    expect(text).toMatch(/^it was broken off; run it to its end: probe crash .*--rounds 100 /);
  });

  test('after a disk that was never full is to fill it faster, as more rounds would not', () => {
    const found = next('disk-full', rounds(3), { options: { ...options, dims: 8 } });
    expect(found).toMatch(/^fill it with larger rows: probe crash .*--rounds 3 .*--dims 128 /);
    const large = next('disk-full', rounds(3), { options: { ...options, dims: 1024 } });
    expect(large).toMatch(/--dims 4096 /);
  });

  test('after kills of those who do not commit is to kill who does', () => {
    const spared = rounds(30, { inside_commit: false });
    expect(next('kill', spared, {}, { victim: 'reader' })).toMatch(/--kill owner /);
  });

  test('after a class is the next that can be tried, and after the last nothing', () => {
    expect(next('kill', rounds(20))).toMatch(/^cut the power, as root: .*--mode power-loss /);
    expect(next('disk-full', rounds(3, { reads_after_full: 1 }))).toMatch(/--mode kill /);
    expect(next('power-loss', rounds(20, { filesystem: 'xfs' }))).toMatch(/^nothing: /);
    expect(next('pause', [])).toMatch(/--mode kill /);
  });

  test('after a blind audit is fewer rows', () => {
    const blind = round({ state: 'unknown', error: 'out of memory' });
    expect(next('kill', [blind])).toContain(`--rows ${options.rows / 2} `);
  });
});
