import type { RunOptions } from '../core/options.ts';
import type { FromWorker, Job } from '../core/protocol.ts';
import { CannotRunError } from '../core/errors.ts';
import type { Child } from './child.ts';
import { SILENCE_LIMIT_MS, WATCH_EVERY_MS } from './limits.ts';

type Failure = FromWorker & { type: 'failed' };

/** A child process with one thing to do: loading a driver, seeding, auditing. Its driver loads at once. */
export class JobProcess {
  readonly child: Child;
  failure: Failure | undefined;
  /** Resolves when the driver is loaded, or the process has ended. */
  readonly ready: Promise<{ version: string; engine: string } | undefined>;
  #silent = false;

  constructor(
    fork: (onMessage: (message: FromWorker) => void) => Child,
    init: { job: Job; options: RunOptions; epochUs: number },
    onMessage: (message: FromWorker) => void,
  ) {
    let onReady: (version?: { version: string; engine: string }) => void = () => undefined;
    this.ready = new Promise((resolve) => (onReady = resolve));
    this.child = fork((message) => {
      if (message.type === 'failed') this.failure = message;
      if (message.type === 'ready') onReady(message.backend);
      onMessage(message);
    });
    void this.child.exited.then(() => {
      clearInterval(silence);
      onReady();
    });
    this.child.send({ type: 'init', ...init });
    const silence = setInterval(() => {
      if (this.child.silentMs < SILENCE_LIMIT_MS) return;
      this.#silent = true;
      void this.child.kill();
    }, WATCH_EVERY_MS).unref();
  }

  /** Lets it do its job (a seeder or auditor waits for this), until it exits. */
  async run(): Promise<void> {
    await this.ready;
    this.child.send({ type: 'go' });
    await this.child.exited;
  }

  async kill(): Promise<void> {
    await this.child.kill();
  }

  /** Why it did not do its job; undefined if it did. */
  problem(what: string): CannotRunError | undefined {
    const { exit, tail, problem } = this.child;
    if (problem !== null) return new CannotRunError(`${what} was given up: ${problem}`);
    if (this.#silent)
      return new CannotRunError(`${what} sent nothing for ${SILENCE_LIMIT_MS} ms and was killed.`);
    if (this.failure !== undefined) {
      return new CannotRunError(`${what} failed: ${this.failure.message}`);
    }
    if (exit?.code === 0) return undefined;
    if (this.child.pid === null) {
      return new CannotRunError(`the process for ${what} could not be started: ${tail}`);
    }
    const how = exit?.signal ? `by ${exit.signal}` : `with code ${exit?.code}`;
    return new CannotRunError(
      `${what} ended ${how}.${tail === '' ? '' : ` Its last words: ${tail}`}`,
    );
  }
}
