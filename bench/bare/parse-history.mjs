/** The least that a history costs who reads it: unpacked, split into lines, each parsed, counted. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parameters, report } from './tables.mjs';

const NEWLINE = 0x0a;

let events = 0;
let rest = Buffer.alloc(0);
for await (const bytes of createReadStream(parameters.path).pipe(createGunzip())) {
  let from = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
    count(
      rest.length === 0
        ? bytes.subarray(from, end)
        : Buffer.concat([rest, bytes.subarray(from, end)]),
    );
    rest = Buffer.alloc(0);
    from = end + 1;
  }
  rest = Buffer.concat([rest, bytes.subarray(from)]);
}
if (rest.length > 0) throw new Error('the last line is not whole');
report({ events });

function count(line) {
  if (typeof JSON.parse(line.toString('utf8')).type === 'string') events++;
}
