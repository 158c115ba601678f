import type {
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBMaterializedResult,
  DuckDBPreparedStatement,
  DuckDBResult,
} from '@duckdb/node-api';
import { messageOf } from '../../src/core/errors.ts';
import type { Loader } from './loader.ts';

/** Sets the parameters of a statement. */
export type Bind = (statement: DuckDBPreparedStatement) => void;

const bindNothing: Bind = () => undefined;

/** Statements on one connection: prepared once each, streams that end, transactions that never commit after an error. */
export class Session {
  readonly #connection: DuckDBConnection;
  readonly #prepared = new Map<string, DuckDBPreparedStatement>();
  #streaming: DuckDBResult | undefined;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  async run(sql: string, bind = bindNothing): Promise<DuckDBMaterializedResult> {
    return (await this.#prepare(sql, bind)).run();
  }

  /** Statements that are not worth keeping prepared. */
  async runOnce(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  /** What `read` makes of each chunk of the result, in bounded memory. */
  async *stream<T>(
    sql: string,
    read: (chunk: DuckDBDataChunk) => T,
    bind = bindNothing,
  ): AsyncGenerator<T> {
    const result = await (await this.#prepare(sql, bind)).stream();
    this.#streaming = result;
    try {
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) break;
        yield read(chunk);
      }
      this.#streaming = undefined;
    } finally {
      await this.#endStream();
    }
    // The driver ends a result that failed as if it were complete; only this tells (measured with 1.5.5-r.5).
    if (!result.isStreaming) await this.#fail(sql, bind);
  }

  /** What `work` does takes effect wholly when this resolves; if it throws, not at all. */
  async transaction(work: () => Promise<void>): Promise<void> {
    await this.runOnce('BEGIN');
    try {
      await work();
    } catch (error) {
      // COMMIT after a failed statement would resolve, having rolled back.
      await this.runOnce('ROLLBACK').catch((second: unknown) => {
        throw new AggregateError([error, second], messageOf(error));
      });
      throw error;
    }
    // If this fails the transaction is over: there is nothing left to roll back.
    await this.runOnce('COMMIT');
  }

  /** Appends rows in bulk, within the transaction if there is one. */
  async append<Rows extends { count: number }>(
    table: string,
    loader: Loader<Rows>,
    batches: AsyncIterable<Rows> | Iterable<Rows>,
    options: { temporary?: boolean; flushRows?: number } = {},
  ): Promise<void> {
    const { temporary = false, flushRows = Infinity } = options;
    const catalog = temporary ? 'temp' : undefined;
    const appender = await this.#connection.createAppender(table, undefined, catalog);
    let pending = 0;
    try {
      for await (const rows of batches) {
        loader.append(appender, rows);
        pending += rows.count;
        if (pending < flushRows) continue;
        appender.flushSync();
        pending = 0;
      }
      appender.flushSync();
    } catch (error) {
      // Its close would commit what is left in it, after the transaction.
      appender.clear();
      throw error;
    } finally {
      appender.closeSync();
    }
  }

  async close(): Promise<void> {
    await this.#endStream();
    this.#connection.closeSync();
  }

  async #prepare(sql: string, bind: Bind): Promise<DuckDBPreparedStatement> {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = await this.#connection.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    bind(statement);
    return statement;
  }

  /** An unfinished stream holds the lock on the file until the garbage collector finds it. */
  async #endStream(): Promise<void> {
    const result = this.#streaming;
    if (result === undefined) return;
    this.#streaming = undefined;
    this.#connection.interrupt();
    while ((await result.fetchChunk())?.rowCount) continue;
  }

  /** Runs a query whose stream failed again, in little memory, for the sake of its error. */
  async #fail(sql: string, bind: Bind): Promise<never> {
    const statement = await this.#connection.prepare(`SELECT bit_xor(hash(r)) FROM (${sql}) r`);
    bind(statement);
    await statement.run();
    throw new Error('DuckDB ended a result early, and found no error when it read it again');
  }
}
