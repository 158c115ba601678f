import { Interrupted, type Interrupt } from '../experiment/interrupt.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** What a shell makes of a program ended by them. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 };

/** Ctrl-C and SIGTERM while it listens: the first and the second one, each an {@link AbortSignal}. */
export class Signals implements Interrupt {
  private readonly process: NodeJS.Process;
  private readonly controllers = [new AbortController(), new AbortController()] as const;
  private received: keyof typeof EXIT_CODES | null = null;

  constructor(process: NodeJS.Process) {
    this.process = process;
    for (const name of SIGNALS) process.on(name, this.onSignal);
  }

  get first(): AbortSignal {
    return this.controllers[0].signal;
  }

  get second(): AbortSignal {
    return this.controllers[1].signal;
  }

  /** 130 or 143 once a signal has come; null before. */
  get exitCode(): number | null {
    return this.received && EXIT_CODES[this.received];
  }

  /** After a run that the user gave up: says so, and gives the exit code. Any other error is thrown on. */
  exitCodeOf(error: unknown, stderr: NodeJS.WritableStream): number {
    if (!(error instanceof Interrupted) || this.exitCode === null) throw error;
    stderr.write(`${error.message}\n`);
    return this.exitCode;
  }

  /** From here on a signal ends the program as it does by default. */
  stop(): void {
    for (const name of SIGNALS) this.process.off(name, this.onSignal);
  }

  private readonly onSignal = (name: NodeJS.Signals): void => {
    if (this.received === null) {
      this.received = name as keyof typeof EXIT_CODES;
      this.controllers[0].abort(name);
    } else {
      this.controllers[1].abort(name);
      this.stop();
    }
  };
}
