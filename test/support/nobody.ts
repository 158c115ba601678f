import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/probe.js', import.meta.url));

/** Who runs the program without root's rights; empty where we are nobody already. */
export const NOBODY = process.getuid!() === 0 ? { uid: 65_534, gid: 65_534 } : {};

const isReadable = spawnSync(process.execPath, [BIN, '--version'], NOBODY).status === 0;

/** Why tests of it are skipped here, in parentheses; empty if they are not. */
export const noNobody = isReadable ? '' : ' (nobody may not read this checkout)';
