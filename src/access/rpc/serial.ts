import PQueue from 'p-queue';
import { ClassifiedError, type Classified } from '../../core/errors.ts';
import { failed, type Call, type Handler, type OnPage } from './call.ts';

/** Calls that may wait at the owner; one more is refused (`queue.full`), so that memory stays bounded. */
export const QUEUE_LIMIT = 1024;

/** A handler that performs one call after the other; errors become data, classified. */
export function boundedHandler(
  perform: (call: Call, onPage: OnPage) => Promise<unknown>,
  classify: (error: unknown) => Classified,
): { handle: Handler; idle(): Promise<void> } {
  const queue = new PQueue({ concurrency: 1 });
  return {
    async handle(call, onPage) {
      try {
        if (queue.size >= QUEUE_LIMIT) throw queueFull();
        return { value: await queue.add(async () => perform(call, onPage)) };
      } catch (error) {
        const classified = error instanceof ClassifiedError ? error.classified : classify(error);
        return failed(error, classified);
      }
    },
    idle: async () => queue.onIdle(),
  };
}

function queueFull(): ClassifiedError {
  return new ClassifiedError(`the owner's queue is full: ${QUEUE_LIMIT} calls wait`, {
    class: 'queue.full',
    outcome: 'fail',
  });
}
