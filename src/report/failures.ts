import type { Result } from '../core/result.ts';
import { formatCount } from '../core/count-text.ts';
import { cut, oneLine, wrap } from './columns.ts';
import { entry, MARGIN } from './entry.ts';
import type { Paint } from './paint.ts';
import { nameOf, stateOf } from './process-table.ts';

/** Each class of error of each operation: how often, a real message, who holds the lock. */
export function errorLines({ errors }: Result, width: number, paint: Paint): string[] {
  return errors.flatMap(({ operation, class: name, count, example, holder }) => {
    const held = holder === null ? '' : `, held by ${oneLine(holder)}`;
    const what = `${formatCount(count)} × ${operation}: ${name}${held}`;
    const [first, ...rest] = entry('Error', what, width, paint, 'red');
    return [first!, ...rest, ...wrap(oneLine(example), width, MARGIN)];
  });
}

const LAST_LINES = 8;

/** Of processes that died or hung: how, and the end of what they wrote to stderr. */
export function lastWords({ processes }: Result, width: number, paint: Paint): string[] {
  return processes
    .filter(({ state }) => state === 'died' || state === 'hung')
    .flatMap((process) => {
      const tail = process.stderr_tail.split('\n').map(oneLine);
      const said = tail.filter((line) => line !== '').slice(-LAST_LINES);
      const end = said.length === 0 ? ' and wrote nothing to stderr' : '; its stderr ended:';
      const pid = process.pid === null ? '' : ` (pid ${process.pid})`;
      const what = `${nameOf(process)}${pid} ${stateOf(process)}${end}`;
      const quoted = said.map((line) => cut(`${MARGIN}| ${line}`, width));
      return [...entry('Process', what, width, paint, 'red'), ...quoted];
    });
}
