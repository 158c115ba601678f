/** A forked process that only imports the driver, says so, and waits. */
import '@duckdb/node-api';

process.send('ready');
process.on('message', () => undefined);
