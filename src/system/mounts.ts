import { readFileSync } from 'node:fs';

/** Mount points inside a directory, the innermost first; none where there is no /proc. */
export function mountsBelow(directory: string): string[] {
  return mounts()
    .split('\n')
    .map((line) => unescape(line.split(' ')[1] ?? ''))
    .filter((point) => point.startsWith(`${directory}/`))
    .toReversed();
}

/** A space is `\040` there. */
function unescape(point: string): string {
  return point.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function mounts(): string {
  try {
    return readFileSync('/proc/self/mounts', 'utf8');
  } catch {
    return '';
  }
}
