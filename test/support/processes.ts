import { readdirSync, readFileSync } from 'node:fs';

/** Processes whose parent is this one, and theirs. */
export function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .map(Number)
    .filter((other) => other > 0 && parentOf(other) === pid);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Of these processes, those whose command line contains this. */
export function running(pids: number[], what: string): number[] {
  return pids.filter((pid) => textOf(pid, 'cmdline').includes(what));
}

/** The program and arguments of a process. */
export function commandLineOf(pid: number): string {
  return textOf(pid, 'cmdline').replaceAll('\0', ' ').trim();
}

/** What a process was started with, `NAME=value` each. */
export function environmentOf(pid: number): string[] {
  return textOf(pid, 'environ').split('\0');
}

/** Whether SIGSTOP has stopped it. */
export function isStopped(pid: number): boolean {
  return /^State:\tT/m.test(textOf(pid, 'status'));
}

function parentOf(pid: number): number | undefined {
  const found = /^PPid:\s+(\d+)/m.exec(textOf(pid, 'status'));
  return found === null ? undefined : Number(found[1]);
}

/** Empty if it has ended. */
function textOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
