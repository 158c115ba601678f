/** The task of a generating thread: consecutive seed rows, their buffers moved and not copied. */
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { generateHere, type GenerateTask } from './seed-data.ts';

/** Called by piscina, by its name. */
export function generate(task: GenerateTask): unknown {
  const rows = generateHere(task);
  return move({
    [transferableSymbol]: [rows.ids.buffer, rows.embeddings.buffer, rows.checksums.buffer],
    [valueSymbol]: rows,
  });
}
