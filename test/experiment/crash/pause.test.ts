import { describe, expect, it } from 'vitest';
import { Interrupted } from '../../../src/experiment/interrupt.ts';
import { shortCrash } from '../../support/crash.ts';
import { descendants, isStopped } from '../../support/processes.ts';

const stoppedChildren = (): number[] => descendants(process.pid).filter(isStopped);

describe.each([
  ['reference', 'processes', ['r0', 'w0']],
  ['duckdb', 'owner', ['owner', 'r0', 'w0']],
] as const)('%s with %s', (backend, access, processes) => {
  it('has each pause recorded, and nobody stays stopped', async () => {
    const { pauses, ...result } = await shortCrash({
      ...{ mode: 'pause', rounds: 2, options: { backend, access } },
    });
    expect(result).toMatchObject({ durability: 'unknown', rounds_done: 2, kills: 0, errors: [] });
    expect(pauses).toHaveLength(2);
    for (const { process, paused_us } of pauses) {
      expect(processes).toContain(process);
      expect(paused_us).toBeGreaterThan(0);
    }
    expect(stoppedChildren()).toEqual([]);
  });
});

describe('interrupted', () => {
  it('once, it continues whom it has stopped and keeps what it knows', async () => {
    const first = new AbortController();
    const result = await interruptedAt(first, undefined);
    expect(result).toMatchObject({ interrupted: true, rounds_done: 2 });
    expect(stoppedChildren()).toEqual([]);
  });

  it('twice while a process is stopped, it leaves none behind', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    await expect(interruptedAt(first, second)).rejects.toThrow(Interrupted);
    expect(stoppedChildren()).toEqual([]);
  });
});

/** After the first pause, the second is waited for; then the first signal, and perhaps the second. */
async function interruptedAt(first: AbortController, second: AbortController | undefined) {
  const interrupt = { first: first.signal, second: (second ?? new AbortController()).signal };
  const watch = setInterval(() => {
    if (stoppedChildren().length === 0 || pauses < 1) return;
    first.abort();
    second?.abort();
  }, 20);
  let pauses = 0;
  try {
    return await shortCrash({
      ...{ mode: 'pause', rounds: 1000, interrupt, onRound: () => pauses++ },
    });
  } finally {
    clearInterval(watch);
  }
}
