import { readFileSync, realpathSync } from 'node:fs';

/** Mount points inside a directory, the innermost first, as paths in it; none where there is no /proc. */
export function mountsBelow(directory: string): string[] {
  const real = realPathOf(directory);
  return mounts()
    .split('\n')
    .map((line) => unescape(line.split(' ')[1] ?? ''))
    .filter((point) => point.startsWith(`${real}/`))
    .map((point) => directory + point.slice(real.length))
    .toReversed();
}

/** The kernel lists mounts by their real paths, while a temporary directory may be reached through a link. */
function realPathOf(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    // Where there is no such directory nothing is mounted in it, by whatever path.
    return directory;
  }
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
