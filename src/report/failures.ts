import type { Result } from '../core/result.ts';
import { formatCount, plural } from '../core/count-text.ts';
import {
  distinctErrors,
  holderText,
  isRefusedAttempt,
  processName,
  refusedProcesses,
} from '../core/refusals.ts';
import { cut, oneLine, wrap } from './columns.ts';
import { entry, MARGIN } from './entry.ts';
import type { Paint } from './paint.ts';
import { stateOf } from './process-table.ts';

/** Each class of error of each operation: how often, a real message, who holds the lock. */
export function errorLines(
  { errors, processes, options }: Result,
  width: number,
  paint: Paint,
): string[] {
  return distinctErrors(errors, options).flatMap((error) => {
    const { operation, class: name, count, example, holder } = error;
    const held = holder === null ? '' : `, held by ${oneLine(holderText(holder, processes))}`;
    const refused = refusedProcesses(processes).length;
    const who = isRefusedAttempt(error)
      ? `${formatCount(refused)} ${refused === 1 ? 'process' : 'processes'} refused at open, in ${plural(count, 'attempt')}`
      : `${formatCount(count)} × ${operation}`;
    const what = `${who}: ${name}${held}`;
    const [first, ...rest] = entry('Error', what, width, paint, 'red');
    return [first!, ...rest, ...wrap(oneLine(example), width, MARGIN)];
  });
}

const LAST_LINES = 8;

/** Of processes that died or hung: how, why where that is known, and the end of what they printed. */
export function lastWords({ processes }: Result, width: number, paint: Paint): string[] {
  return processes
    .filter(({ state }) => state === 'died' || state === 'hung')
    .flatMap((process) => {
      const tail = process.stderr_tail.split('\n').map(oneLine);
      const said = tail.filter((line) => line !== '').slice(-LAST_LINES);
      const end = said.length === 0 ? ' and printed nothing' : '; its last words:';
      const pid = process.pid === null ? '' : ` (pid ${process.pid})`;
      const what = `${processName(process)}${pid} ${stateOf(process)}${end}`;
      const quoted = said.map((line) => cut(`${MARGIN}| ${line}`, width));
      return [...entry('Process', what, width, paint, 'red'), ...quoted];
    });
}
