/** A forked process that only imports the driver, says so, and waits. */
import '@lancedb/lancedb';

process.send('ready');
process.on('message', () => undefined);
