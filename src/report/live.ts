import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { createLogUpdate } from 'log-update';
import type { Phase, Progress } from '../core/progress.ts';
import { printable } from '../core/printable.ts';
import { widthOf } from './columns.ts';
import { frameOf, plainLine, type FrameSize } from './frame.ts';
import { unguardedOf } from './output.ts';
import { wantsColor } from './paint.ts';

/** Shows how a run goes on. */
export interface LiveView {
  update(progress: Progress): void;
  /** A line that stays. */
  line(text: string): void;
  /** Takes away what is not to stay. */
  clear(): void;
}

export type LiveStream = NodeJS.WritableStream & {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
};

const FRAME_EVERY_US = 100_000;
const LINE_EVERY_US = 5_000_000;

/** A frame that is drawn anew where the stream is a terminal that can; elsewhere a plain line now and then. */
export function createLiveView(
  stream: LiveStream,
  env: NodeJS.ProcessEnv,
  title: string,
  hint?: string,
): LiveView {
  return canDraw(stream, env)
    ? drawnView(stream, wantsColor(stream, env), title, hint)
    : plainView(stream);
}

/** Whether a frame can be drawn anew on this stream. */
export function canDraw({ isTTY, columns = 0 }: LiveStream, env: NodeJS.ProcessEnv): boolean {
  return isTTY === true && columns > 0 && env['TERM'] !== 'dumb' && !env['CI'];
}

/** Shows nothing. */
export const silentView: LiveView = {
  update: () => undefined,
  line: () => undefined,
  clear: () => undefined,
};

function drawnView(
  guarded: LiveStream,
  color: boolean,
  title: string,
  hint: string | undefined,
): LiveView {
  let latest: Progress | undefined;
  let drawn: Progress | undefined;
  const frame = drawnFrame(guarded, color, (size) => {
    drawn = latest;
    return latest === undefined ? undefined : frameOf(title, latest, size, color, hint);
  });
  return {
    update(progress) {
      latest = progress;
      if (isDue(progress, drawn, FRAME_EVERY_US)) frame.redraw();
    },
    line: (text) => frame.line(text),
    clear() {
      frame.clear();
      latest = drawn = undefined;
    },
  };
}

/** A frame at the end of a terminal, which is drawn anew where it stands. */
export interface DrawnFrame {
  redraw(): void;
  /** A line that stays, above the frame. */
  line(text: string): void;
  /** Takes the frame away. */
  clear(): void;
}

/** `textOf` makes the frame for a terminal of some size; undefined as long as there is nothing to draw. */
export function drawnFrame(
  guarded: LiveStream,
  color: boolean,
  textOf: (size: FrameSize) => string | undefined,
): DrawnFrame {
  const stream = unguardedOf(guarded);
  // The cursor stays: hidden, it would remain so after a SIGKILL.
  const draw = createLogUpdate(stream, { showCursor: true });
  let lines: string[] = [];
  const redraw = (): void => {
    const { columns = 80, rows = 24 } = stream;
    const text = textOf({ columns, rows });
    if (text === undefined) return;
    const frame = printable(text, color);
    draw(frame);
    lines = stripVTControlCharacters(frame).split('\n');
  };
  // A narrower terminal breaks the lines of the old frame: it is higher now than when it was drawn.
  const onResize = (): void => {
    const { columns = 80 } = stream;
    const height = lines.reduce((sum, line) => sum + Math.ceil((widthOf(line) || 1) / columns), 0);
    moveCursor(stream, 0, -height);
    cursorTo(stream, 0);
    clearScreenDown(stream);
    draw.done();
    redraw();
  };
  stream.on('resize', onResize);
  return {
    redraw,
    line(text) {
      draw.clear();
      guarded.write(`${text}\n`);
      redraw();
    },
    clear() {
      stream.off('resize', onResize);
      draw.clear();
      draw.done();
    },
  };
}

function plainView(stream: LiveStream): LiveView {
  let written: Progress | undefined;
  return {
    update(progress) {
      if (!isDue(progress, written, LINE_EVERY_US)) return;
      written = progress;
      stream.write(`${plainLine(progress)}\n`);
    },
    line: (text) => void stream.write(`${text}\n`),
    clear: () => undefined,
  };
}

/** In a new phase at once, in the same one after a while. */
function isDue(
  { phase, elapsedUs }: Progress,
  last: { phase: Phase; elapsedUs: number } | undefined,
  everyUs: number,
): boolean {
  return last === undefined || last.phase !== phase || elapsedUs - last.elapsedUs >= everyUs;
}
