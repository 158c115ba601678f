import { STDERR_LINES } from './limits.ts';

const LONGEST_LINE = 2000;

/** The last lines of what a process prints. */
export class Tail {
  readonly #lines: string[] = [];

  keep(stream: NodeJS.ReadableStream): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!.slice(-LONGEST_LINE);
      this.push(lines);
    });
    stream.on('close', () => this.push(rest === '' ? [] : [rest]));
  }

  push(lines: readonly string[]): void {
    this.#lines.push(...lines.map((line) => line.slice(0, LONGEST_LINE)));
    this.#lines.splice(0, Math.max(0, this.#lines.length - STDERR_LINES));
  }

  get text(): string {
    return this.#lines.join('\n');
  }
}
