import type { DurabilityClass } from '../core/crash.ts';
import type { Verdict } from '../core/names.ts';
import { JUDGE_VERSION } from '../core/result.ts';
import { oneLine, wrap } from './columns.ts';
import { entry, MARGIN } from './entry.ts';
import { VERDICT_STYLES, type Paint, type Style } from './paint.ts';

/** What there is to say beside the word. */
interface Concluded {
  because: string;
  /** Empty if there is nothing to do. */
  next: string;
  interrupted?: boolean;
}

const STYLES: Readonly<Record<Verdict | DurabilityClass, Style>> = {
  ...VERDICT_STYLES,
  'power-safe': 'green',
  'process-safe': 'green',
  'disk-full-safe': 'green',
  unsafe: 'red',
};

/** What it comes to in one word, the reason, the next step and the files: the end of every result. */
export function conclusionLines(
  label: 'Verdict' | 'Class',
  word: Verdict | DurabilityClass,
  { because, next, interrupted = false }: Concluded,
  width: number,
  paint: Paint,
  saved: readonly string[] = [],
): string[] {
  const name = word.toUpperCase();
  const aside = interrupted ? ' (interrupted)' : '';
  const [first, ...rest] = entry(label, `${name}${aside}: ${oneLine(because)}`, width, paint);
  return [
    first!.replace(name, () => paint(STYLES[word], name)),
    ...rest,
    ...(next === '' ? [] : nextLines(oneLine(next), width, paint)),
    // A path is not broken: it is to be copied.
    ...saved.map((path, i) => {
      const lead = (i === 0 ? '  Saved' : '').padEnd(MARGIN.length);
      return lead + path.replaceAll(/[\r\n]/g, ' ');
    }),
  ];
}

/** A command as it stands in a sentence, quoted for a shell: up to a semicolon that is not quoted. */
const COMMAND = /(?<=^|: )(probe (?:[^;'\\]|\\.|'[^']*')+)(?:; )?/;

/** The next step. A command for which a line is too short has one of its own and is not broken: it is to be copied. */
function nextLines(next: string, width: number, paint: Paint): string[] {
  const whole = entry('Next', next, width, paint);
  if (whole.length === 1) return whole;
  const [first, ...rest] = next.split(COMMAND).flatMap((part, i) => {
    const text = part.trim();
    const isCommand = i % 2 === 1;
    return text === '' ? [] : isCommand ? [MARGIN + text] : wrap(text, width, MARGIN);
  });
  const lead = '  Next'.padEnd(MARGIN.length).replace('Next', (label) => paint('dim', label));
  return [lead + first!.slice(MARGIN.length), ...rest];
}

/** What was said when it was saved, to stand beside what is said `now`, and by which judge. */
export function savedVerdictLines(
  verdict: Verdict,
  judge: number,
  now: Verdict,
  width: number,
  paint: Paint,
): string[] {
  const name = verdict.toUpperCase();
  const judges =
    judge === JUDGE_VERSION
      ? 'by the same judge'
      : `by judge ${judge}; this is judge ${JUDGE_VERSION}`;
  const same = verdict === now ? '; the verdict is the same' : '; the verdict is another';
  return entry('Saved', `${name} ${judges}${same}`, width, paint).map((line) =>
    line.replace(name, () => paint(STYLES[verdict], name)),
  );
}
