import type { Classified } from '../../src/core/errors.ts';
import type { ErrorClass, Outcome } from '../../src/core/names.ts';

/** An error of the store's own: it knows its class, and whether the operation had an effect. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly classified: Classified;

  constructor(message: string, classified: Classified, options?: ErrorOptions) {
    super(message, options);
    this.classified = classified;
  }
}

const CLASSES: Record<string, ErrorClass> = {
  ENOENT: 'not_found',
  ENOTDIR: 'not_found',
  ENOSPC: 'disk_full',
  EDQUOT: 'disk_full',
  ENOMEM: 'oom',
  EROFS: 'lock.readonly',
  EACCES: 'lock.readonly',
  EIO: 'io',
  EBADF: 'instance.invalid',
  EMFILE: 'io',
  ENFILE: 'io',
};

/** The system's code of an error, `ENOSPC`; undefined if it has none. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What a failed system call means, when `outcome` is known by where it failed. */
export function classifyCode(error: unknown, outcome: Outcome): Classified {
  return { class: CLASSES[codeOf(error) ?? ''] ?? 'unclassified', outcome };
}

/** The backend's `classify`: what is not the store's own error happened at an unknown point. */
export function classify(error: unknown): Classified {
  return error instanceof StoreError ? error.classified : classifyCode(error, 'info');
}
