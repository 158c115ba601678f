import { ClassifiedError } from '../../core/errors.ts';

/** Of one message, in either direction and on both transports: V8's longest string has twice as much. */
export const MESSAGE_LIMIT_BYTES = 256 * 2 ** 20;

const MIB = 2 ** 20;

/** A message that is not sent, so that nothing was done. `bytes`: where its size is known. */
export function tooLarge(bytes?: number): ClassifiedError {
  const size = bytes === undefined ? 'it has more' : `it has ${(bytes / MIB).toFixed(1)} MiB`;
  return new ClassifiedError(
    `a message between a client and the owner may have ${MESSAGE_LIMIT_BYTES / MIB} MiB, and ${size}: ` +
      'use a smaller --batch or --dims',
    { class: 'message.too_large', outcome: 'fail' },
  );
}
