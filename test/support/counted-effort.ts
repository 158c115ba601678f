/** How many steps something takes. */
import { Effort } from '../../src/core/effort.ts';

export class CountedEffort extends Effort {
  steps = 0;

  override spend(steps: number): void {
    this.steps += steps;
    super.spend(steps);
  }

  /** The steps of one action. */
  of(action: () => unknown): number {
    const before = this.steps;
    action();
    return this.steps - before;
  }
}

export function anyEffort(): CountedEffort {
  return new CountedEffort(Infinity, (most) => new Error(`more than ${most}`));
}
