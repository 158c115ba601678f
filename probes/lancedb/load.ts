import type { Connection, Table } from '@lancedb/lancedb';
import type { Table as ArrowTable } from 'apache-arrow';
import { CannotRunError } from '../../src/core/errors.ts';

/** While one is written, the next is generated and serialized. */
const ADDS_IN_FLIGHT = 2;

/** Creates a table from these parts and proves that it holds them: the driver can store nothing without an error. */
export async function load(
  db: Connection,
  name: string,
  parts: AsyncIterable<ArrowTable> | Iterable<ArrowTable>,
): Promise<void> {
  let table: Table | undefined;
  let rows = 0;
  const adds: Promise<unknown>[] = [];
  for await (const part of parts) {
    rows += part.numRows;
    if (table === undefined) {
      table = await db.createTable(name, part);
      continue;
    }
    if (adds.length === ADDS_IN_FLIGHT) await adds.shift();
    const add = table.add(part);
    // Its rejection is awaited only after the next part, which may take long.
    add.catch(() => undefined);
    adds.push(add);
  }
  await Promise.all(adds);
  const stored = (await table?.countRows()) ?? 0;
  table?.close();
  if (stored !== rows) {
    throw new CannotRunError(
      `LanceDB stored ${stored} of ${rows} rows in "${name}" and reported no error: its apache-arrow is probably not the one ` +
        `that built them; reinstall with npm ci.`,
    );
  }
}
