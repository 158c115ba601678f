import type { Backend, PlantedBug } from '../core/backend.ts';
import { UsageError } from '../core/errors.ts';
import { ACCESSES, type AccessName } from '../core/names.ts';
import { OPTIONS_OF_ACCESS, type RunOptions } from '../core/options.ts';

/** Refuses what each option allows by itself but not together, or not with this backend. Pure. */
export function validate(options: RunOptions, backend: Backend, given: ReadonlySet<string>): void {
  const { readers, writers, access, increment } = options;
  if (readers === 0 && writers === 0) {
    throw new UsageError("options '--readers 0' and '--writers 0' leave nobody to do anything");
  }
  if (writers === 0 && increment !== 'none') {
    throw new UsageError(`option '--increment ${increment}' needs writers, and '--writers' is 0`);
  }
  const missing = backend.lacks[access];
  if (missing !== undefined) {
    throw new UsageError(`option '--access ${access}' is not for ${backend.name}: ${missing}`);
  }
  checkRefresh(options, backend);
  for (const owner of ACCESSES) checkBelongsTo(owner, access, given);
  checkTimeouts(options);
  if (options.bug !== null) checkBug(options, options.bug, backend);
}

function checkRefresh({ refresh }: RunOptions, { name, refresh: { kinds } }: Backend): void {
  if (kinds.includes(typeof refresh === 'number' ? 'seconds' : refresh)) return;
  throw new UsageError(
    `option '--refresh ${refresh}' is not for ${name}, which has: ${kinds.join(', ')}`,
  );
}

/** The options of one access, by the names that commander gives them: without a unit. */
export function argumentsOf(access: AccessName): string[] {
  return (OPTIONS_OF_ACCESS[access] ?? []).map((name) => name.replace(/Ms$/, ''));
}

/** Whoever waits for a lock until after the limit of an operation would be killed as hung. */
function checkTimeouts({ access, busyTimeoutMs, opTimeoutMs }: RunOptions): void {
  if (access !== 'reopen' || busyTimeoutMs < opTimeoutMs) return;
  throw new UsageError(
    `option '--busy-timeout ${busyTimeoutMs / 1000}' must be less than '--op-timeout ${opTimeoutMs / 1000}'`,
  );
}

/** An option of one access, given with another, would be ignored in silence. */
function checkBelongsTo(owner: AccessName, access: AccessName, given: ReadonlySet<string>): void {
  const name = argumentsOf(owner).find((candidate) => given.has(candidate));
  if (name === undefined || access === owner) return;
  throw new UsageError(
    `option '--${kebab(name)}' means something with '--access ${owner}' only, and access is ${access}`,
  );
}

function checkBug(options: RunOptions, name: string, backend: Backend): void {
  const bugs = backend.bugs ?? [];
  if (bugs.length === 0) {
    throw new UsageError(
      `option '--bug ${name}' is not for ${backend.name}: it has no planted bugs`,
    );
  }
  const bug = bugs.find((candidate) => candidate.name === name);
  if (bug === undefined) {
    const names = bugs.map((candidate) => candidate.name).join(', ');
    throw new UsageError(`option '--bug ${name}' names no planted bug; there are: ${names}`);
  }
  const unmet = unmetNeed(bug, options);
  if (unmet !== undefined) {
    throw new UsageError(`option '--bug ${name}' can show only with '${unmet}'`);
  }
}

/** The first option, as the user would write it, without which the bug has no chance to show. */
function unmetNeed({ needs = {} }: PlantedBug, options: RunOptions): string | undefined {
  const values: Partial<Record<string, unknown>> = { ...options };
  for (const [key, need] of Object.entries(needs)) {
    const value = values[key];
    const isMet =
      typeof need === 'number' && typeof value === 'number' ? value >= need : value === need;
    if (!isMet) return `--${kebab(key)} ${need}`;
  }
  return undefined;
}

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
