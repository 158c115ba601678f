import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { RunOutcome } from '../../src/experiment/run.ts';
import { shortRun, workerFixture } from '../support/run.ts';

const runWith = async (fixture: string, opTimeoutMs = 1500): Promise<RunOutcome> =>
  shortRun({ opTimeoutMs }, { workerEntry: workerFixture(fixture) });

const process0 = ({ result }: RunOutcome) =>
  result.processes.find(({ role, index }) => role === 'reader' && index === 0)!;

describe('a worker that misbehaves', () => {
  it('is reported as dead, with its signal and its last words, when it crashes', async () => {
    const outcome = await runWith('crash');
    expect(process0(outcome)).toMatchObject({ state: 'died', signal: 'SIGSEGV', exit: null });
    expect(process0(outcome).stderr_tail).toContain('the fixture is about to crash');
    expect(outcome.result.verdict).toBe('errors');
    expect(outcome.result.counts.reads_ok).toBeGreaterThan(0);
    expect(outcome.result.checks.find(({ name }) => name === 'lost')!.verdict).toBe('pass');
  });

  it('is killed and reported as hung when its main thread is blocked', async () => {
    const outcome = await runWith('hang');
    expect(process0(outcome)).toMatchObject({ state: 'hung', signal: 'SIGKILL' });
    expect(outcome.result.verdict).toBe('errors');
  });

  it('takes those with it that share its process: they died, and their reason names who hung', async () => {
    const { result } = await shortRun(
      { opTimeoutMs: 1500, access: 'connections' },
      { workerEntry: workerFixture('hang') },
    );
    const [hung, ...others] = result.processes.toSorted((a) => (a.state === 'hung' ? -1 : 1));
    const name = `${hung!.role[0]}${hung!.index}`;
    expect(hung).toMatchObject({ state: 'hung', signal: 'SIGKILL' });
    expect(others).toHaveLength(2);
    for (const { state, stderr_tail: tail } of others) {
      expect(state).toBe('died');
      expect(tail).toContain(`its process was killed because ${name} hung`);
    }
  });

  it('is killed and reported as hung when it no longer hears the coordinator', async () => {
    const outcome = await runWith('deaf');
    expect(process0(outcome)).toMatchObject({ state: 'hung', signal: 'SIGKILL' });
  });

  it('may print without end: the run goes on and a short tail is kept', async () => {
    const outcome = await runWith('flood');
    expect(process0(outcome).state).toBe('finished');
    expect(process0(outcome).stderr_tail.length).toBeLessThan(100_000);
    expect(process0(outcome).stderr_tail).toContain('noise');
  });

  it('may leave temporary files: they go with the run', async () => {
    await runWith('litter');
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('.litter'))).toEqual([]);
  });
});

it('a result that cannot be saved is a result all the same, and says so', async () => {
  const results = { dir: '/dev/null/results', save: true, history: true };
  const { result, saved, notes } = await shortRun({ durationS: 0.5 }, { results });
  expect(result.verdict).toBe('works');
  expect(saved).toEqual({ result: null, history: null });
  expect(notes).toEqual([
    expect.stringMatching(/^the history could not be saved: /),
    expect.stringMatching(/^the result could not be saved: /),
  ]);
  expect(result.warnings).toEqual(notes);
  expect(result.history).toBeNull();
});
