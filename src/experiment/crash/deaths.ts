import type { ErrorResult } from '../../core/result.ts';
import type { Member } from '../crew.ts';

/** Processes that ended without being killed by us, as errors of their roles. */
export function deathsOf(members: Member[]): ErrorResult[] {
  const deaths = new Map<string, ErrorResult>();
  for (const { plan, state, failure, child } of members) {
    const known = deaths.get(plan.role);
    if (known !== undefined) {
      known.count++;
      continue;
    }
    deaths.set(plan.role, {
      operation: plan.role,
      class: state === 'hung' ? 'deadline' : 'worker.died',
      count: 1,
      example: failure || child.tail || `${plan.name} ended by itself`,
      holder: null,
    });
  }
  return [...deaths.values()];
}
