/** How a crash campaign goes on: the rounds that are done, the time left, the failures so far. */
import { plural } from '../core/count-text.ts';
import type { CrashOptions, CrashPause, CrashRound } from '../core/crash.ts';
import { failed } from '../core/durability.ts';
import { cut } from './columns.ts';
import { canDraw, drawnFrame, type DrawnFrame, type LiveStream } from './live.ts';
import { wantsColor } from './paint.ts';
import { bar, formatRoughly } from './text.ts';

const TELL_EVERY_MS = 5000;
const BAR = 24;
const HINT = 'Ctrl-C ends the campaign and reports the rounds that are done';

/** Of a campaign, while it goes on. */
export interface CrashProgress {
  /** The first round is on its way: where a campaign cannot be tried there is none. */
  begin(): void;
  /** So many rounds are done, this one last. */
  tell(done: number, round: CrashRound | CrashPause): void;
  /** A line that stays. */
  line(text: string): void;
  /** Takes away what is not to stay. */
  clear(): void;
}

/** On a terminal a frame that is drawn anew; elsewhere a line now and then. Everywhere a line that stays for each round that failed. */
export function crashProgress(
  stream: LiveStream,
  env: NodeJS.ProcessEnv,
  quiet: boolean,
  { rounds, mode }: CrashOptions,
): CrashProgress {
  const total = mode === 'power-loss' ? rounds * 2 : rounds;
  const beganMs = performance.now();
  let saidMs = beganMs;
  const so = { done: 0, failures: 0 };
  const state = (): string => stateText(so.done, total, so.failures, performance.now() - beganMs);
  let frame: DrawnFrame | undefined;
  const begun = (): DrawnFrame | undefined =>
    canDraw(stream, env)
      ? drawnFrame(stream, wantsColor(stream, env), ({ columns }) => {
          const lines = [
            `probe crash: ${mode}`,
            `${bar(so.done / total, BAR)}  ${state()}`,
            '',
            HINT,
          ];
          return lines.map((line) => cut(line, columns)).join('\n');
        })
      : undefined;
  const line = (text: string): void => {
    if (frame === undefined) stream.write(`${text}\n`);
    else frame.line(text);
  };
  const tellState = (): void => {
    saidMs = performance.now();
    if (frame !== undefined) return frame.redraw();
    line(`[${so.done}/${total}] ${mode}: ${state()}`);
  };
  return {
    begin() {
      if (quiet) return;
      frame = begun();
      tellState();
    },
    tell(done, round) {
      const broken = 'failed_checks' in round && failed(round);
      so.done = done;
      if (broken) so.failures++;
      if (quiet) return;
      if (broken) line(`round ${round.round} FAILED`);
      if (broken || frame !== undefined || saidMs + TELL_EVERY_MS < performance.now()) tellState();
    },
    line,
    clear: () => frame?.clear(),
  };
}

/** `5 rounds done, none failed, about 1 min left`. */
function stateText(done: number, total: number, failures: number, elapsedMs: number): string {
  if (done === 0) return `the database is prepared for ${plural(total, 'round')}`;
  const left = formatRoughly((elapsedMs / done) * (total - done) * 1000);
  return [
    `${plural(done, 'round')} done`,
    `${failures === 0 ? 'none' : failures} failed`,
    ...(done < total ? [`about ${left} left`] : []),
  ].join(', ');
}
