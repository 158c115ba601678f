import type { ErrorClass, Outcome } from './names.ts';

/** What a backend knows of one of its driver's errors. */
export interface Classified {
  class: ErrorClass;
  /** `ok` and `fail` only for messages that prove it; everything else is `info`. */
  outcome: Outcome;
  /** Who holds the lock, where the driver tells: "PID 123 (a writer)". */
  holder?: string;
}

/** One error as it is recorded: a class and a real message, at most 600 characters. */
export interface ErrorRecord {
  class: ErrorClass;
  message: string;
  holder?: string;
}

const MESSAGE_LIMIT = 600;

/** The folders of the machine that compiled a Rust driver, before `crate-1.2.3/src/file.rs:4:5` in its messages. */
const BUILD_FOLDERS = /\/(?:[^\s:]*\/registry\/src\/[^/\s]+|rustc\/[0-9a-f]{40})\//g;

/** The user's mistake (exit 2): one sentence that names the option, the value and what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The probe could not run (exit 3): one sentence that says why and what to do. */
export class CannotRunError extends Error {
  override readonly name = 'CannotRunError';
}

/** An error thrown by an access (not by a driver) that already knows its class: a gone owner, a full queue. */
export class ClassifiedError extends Error {
  override readonly name = 'ClassifiedError';
  readonly classified: Classified;
  constructor(message: string, classified: Classified) {
    super(message);
    this.classified = classified;
  }
}

/** Of a message that goes on for lines (a stack of requires, say), the line that says what is wrong. */
export function firstLineOf(message: string): string {
  return message.trim().split('\n', 1)[0]!;
}

/** What was thrown says: at most 600 characters, none of them spent on {@link BUILD_FOLDERS}. */
export function messageOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const text = said.replace(BUILD_FOLDERS, '');
  return text.length > MESSAGE_LIMIT ? `${text.slice(0, MESSAGE_LIMIT - 1)}…` : text;
}
