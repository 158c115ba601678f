/** Puts this package's own command beside those of its dependencies, so that `npx probe` runs it and never fetches one of that name. */
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';

const folder = new URL('../node_modules/.bin/', import.meta.url);
const link = new URL('probe', folder);

// Installed as a dependency of another package there is no folder of our own, and npm links the command itself.
if (existsSync(new URL('../node_modules/', import.meta.url))) {
  mkdirSync(folder, { recursive: true });
  rmSync(link, { force: true });
  if (process.platform === 'win32') {
    writeFileSync(new URL('probe.cmd', folder), '@node "%~dp0\\..\\..\\bin\\probe.js" %*\r\n');
  } else {
    symlinkSync('../../bin/probe.js', link);
  }
}
