import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { ProcessProgress, Progress } from '../../src/core/progress.ts';
import { widthOf } from '../../src/report/columns.ts';
import { frameOf, plainLine } from '../../src/report/frame.ts';
import { createLiveView, type LiveStream } from '../../src/report/live.ts';

const processOf = (name: string, changes: Partial<ProcessProgress> = {}): ProcessProgress => ({
  name,
  pid: 1,
  state: 'running',
  operations: 1200,
  perSecond: [100, 400, 800],
  p50Us: 850,
  p99Us: 9800,
  errors: 0,
  ...changes,
});

const progressOf = (changes: Partial<Progress> = {}): Progress => ({
  phase: 'work',
  elapsedUs: 7_500_000,
  remainingUs: 2_500_000,
  fraction: 0.75,
  processes: [
    processOf('w0', { perSecond: [20, 22], operations: 42 }),
    processOf('r0'),
    processOf('r1', { state: 'refused', perSecond: [], p50Us: null, p99Us: null, errors: 3 }),
  ],
  errors: 3,
  ...changes,
});

const title = 'probe lancedb · 5,000 rows';
const size = { columns: 80, rows: 24 };

describe('a frame', () => {
  test('shows the phase, the time left and each process', () => {
    expect(frameOf(title, progressOf(), size, false)).toMatchInlineSnapshot(`
      "probe lancedb · 5,000 rows
      work     ██████████████████░░░░░░  7.5 s, 2.5 s left  errors 3

      process  state       ops/s  last 16 s              ops      p50      p99  errors
      w0       running        22                ██        42   850 µs   9.8 ms       0
      r0       running       800               ▁▄█     1,200   850 µs   9.8 ms       0
      r1       refused         –                       1,200        –        –       3

      Ctrl-C ends the run and reports what was measured"
    `);
  });

  test('has neither bar nor processes where there are none', () => {
    const early = { phase: 'spawn', fraction: null, remainingUs: null, processes: [] } as const;
    expect(frameOf(title, progressOf({ ...early, processes: [], errors: 0 }), size, false)).toBe(
      [title, 'spawn    7.5 s  errors 0'].join('\n'),
    );
  });

  test('is never wider or higher than the terminal, and says what it left out', () => {
    const processes = Array.from({ length: 40 }, (_, index) => processOf(`r${index}`));
    for (const columns of [1, 7, 20, 60, 80, 200]) {
      for (const rows of [2, 3, 5, 6, 8, 24, 60]) {
        const frame = frameOf(
          '数据库 '.repeat(20),
          progressOf({ processes }),
          { columns, rows },
          false,
        );
        const lines = frame.split('\n');
        expect(lines.length).toBeLessThanOrEqual(rows - 1);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
      }
    }
    const frame = frameOf(title, progressOf({ processes }), size, false);
    expect(frame).toContain('r17');
    expect(frame).not.toContain('r18');
    expect(frame).toContain('… 22 more');
    const narrow = frameOf(title, progressOf(), { columns: 40, rows: 24 }, false);
    expect(narrow).toContain('work     7.5 s, 2.5 s left  errors 3\n');
    const low = frameOf(title, progressOf(), { columns: 80, rows: 5 }, false);
    expect(low.split('\n').at(-1)).toBe('writers 22 ops/s  readers 800 ops/s  errors 3');
  });

  test('does without the sparkline first where it is narrow, and has percentiles and errors still', () => {
    const narrow = frameOf(title, progressOf(), { columns: 60, rows: 24 }, false).split('\n');
    expect(narrow[3]).toBe('process  state       ops/s      p50      p99  errors');
    expect(narrow[4]).toBe('w0       running        22   850 µs   9.8 ms       0');
    const wider = frameOf(title, progressOf(), { columns: 70, rows: 24 }, false).split('\n');
    expect(wider[3]).toBe('process  state       ops/s       ops      p50      p99  errors');
  });

  test('has the hint of whoever shows it in every phase', () => {
    for (const phase of ['prepare', 'work', 'audit'] as const) {
      const frame = frameOf(title, progressOf({ phase }), size, false, 'Ctrl-C ends the matrix');
      expect(frame.split('\n').at(-1)).toBe('Ctrl-C ends the matrix');
    }
  });

  test('is the same text with colour', () => {
    const coloured = frameOf(title, progressOf(), { columns: 60, rows: 24 }, true);
    const plain = frameOf(title, progressOf(), { columns: 60, rows: 24 }, false);
    expect(coloured).not.toBe(plain);
    expect(stripVTControlCharacters(coloured)).toBe(plain);
  });
});

test('a plain line has the rates of the last second, and the share of what is being prepared', () => {
  expect(plainLine(progressOf())).toBe(
    '[  7s] work  writers 22 ops/s  readers 800 ops/s  errors 3',
  );
  const prepare = progressOf({ phase: 'prepare', fraction: 0.4, processes: [], errors: 0 });
  expect(plainLine(prepare)).toBe('[  7s] prepare  40 %  errors 0');
});

describe('the view', () => {
  const streamOf = (shape: Partial<LiveStream>) => Object.assign(new PassThrough(), shape);
  const terminal = { isTTY: true, columns: 80, rows: 24 };
  const show = (shape: Partial<LiveStream>, env: NodeJS.ProcessEnv): string => {
    const stream = streamOf(shape);
    const view = createLiveView(stream, env, title);
    view.update(progressOf({ phase: 'open', elapsedUs: 0, processes: [], errors: 0 }));
    view.update(progressOf({ elapsedUs: 1_000_000 }));
    view.update(progressOf({ elapsedUs: 3_000_000 }));
    view.line('a note');
    view.update(progressOf({ elapsedUs: 6_000_000 }));
    view.clear();
    return String(stream.read());
  };

  test.each<[string, Partial<LiveStream>, NodeJS.ProcessEnv]>([
    ['in a pipe', {}, {}],
    ['in CI', terminal, { CI: 'true' }],
    ['on a dumb terminal', terminal, { TERM: 'dumb' }],
    ['on a terminal of no columns', { ...terminal, columns: 0 }, {}],
  ])('%s is a plain line in each new phase and every five seconds', (_, shape, env) => {
    expect(show(shape, env)).toBe(
      [
        '[  0s] open  75 %  errors 0',
        '[  1s] work  writers 22 ops/s  readers 800 ops/s  errors 3',
        'a note',
        '[  6s] work  writers 22 ops/s  readers 800 ops/s  errors 3',
        '',
      ].join('\n'),
    );
  });

  const CYAN = '\u001b[36m';

  test('on a terminal is a frame that is drawn anew, in colour unless it is refused', () => {
    const coloured = show(terminal, { TERM: 'xterm' });
    expect(coloured).toContain(CYAN);
    expect(coloured).toContain('a note\n');
    expect(show(terminal, { NO_COLOR: '1' })).not.toContain(CYAN);
    expect(show(terminal, { NO_COLOR: '1' })).toContain(title);
  });

  test('takes the old frame away when the terminal has become narrower', () => {
    const stream = streamOf(terminal);
    const view = createLiveView(stream, {}, title);
    view.update(progressOf());
    stream.read();
    stream.columns = 50;
    stream.emit('resize');
    // Five of the nine lines are over 50 columns wide.
    expect(String(stream.read()).startsWith('\u001b[14A\u001b[1G\u001b[0J')).toBe(true);
    view.clear();
    expect(stream.listenerCount('resize')).toBe(0);
  });

  test('draws no more than ten frames a second', () => {
    const stream = streamOf(terminal);
    const view = createLiveView(stream, {}, title);
    for (let ms = 0; ms < 1000; ms += 10)
      view.update(progressOf({ elapsedUs: ms * 1000, errors: ms }));
    expect(String(stream.read()).match(/errors \d+/g)!.length).toBeLessThanOrEqual(10);
  });
});
