import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the part of the heap where objects are born as small as it is now. Left alone, V8 doubles it again and again (to 32 MB
 * and more) as a process lives on, whatever the process keeps: what looks like a leak after an hour. Costs a few more, small,
 * collections.
 */
export function holdYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
