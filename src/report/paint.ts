import { styleText } from 'node:util';
import type { Verdict } from '../core/names.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export type Paint = (style: Style, text: string) => string;

export const VERDICT_STYLES: Readonly<Record<Verdict, Style>> = {
  works: 'green',
  stale: 'yellow',
  blocked: 'yellow',
  unknown: 'yellow',
  errors: 'red',
  inconsistent: 'red',
  wrong: 'red',
};

/** Colours text, or not: the caller has decided for its stream, the environment is not asked again. */
export function painter(color: boolean): Paint {
  if (!color) return (_style, text) => text;
  return (style, text) => (text === '' ? '' : styleText(style, text, { validateStream: false }));
}

/** Whether a stream should be coloured: a terminal that can, and a user who did not refuse (NO_COLOR). */
export function wantsColor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
