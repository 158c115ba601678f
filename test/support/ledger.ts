/** The ledger of a history in short strings. */
import { historyOf } from '../../src/core/history.ts';
import { readLedgers, type Ledger } from '../../src/core/ledger.ts';
import { eventsOf } from './history-dsl.ts';

export async function ledgerOf(...history: Parameters<typeof eventsOf>): Promise<Ledger> {
  const { ledgers } = await readLedgers(historyOf(eventsOf(...history)));
  return ledgers[0]!;
}
