import type { Classified } from '../../src/core/errors.ts';

/**
 * Every error of the driver is a plain Error with the code GenericFailure: only its text tells. The first pattern that
 * matches decides, so the specific ones come first. A lost race for a version proves that nothing was committed; an
 * error of the file system does not, as it may come after the commit.
 */
const PATTERNS: readonly (readonly [RegExp, Classified])[] = [
  [
    /Commit conflict for version|Retryable commit conflict|Too many concurrent writers|Incompatible transaction/i,
    { class: 'txn.conflict', outcome: 'fail' },
  ],
  // Here it may have been cancelled at any point.
  [/merge insert timed out/, { class: 'deadline', outcome: 'info' }],
  [
    /No space left on device|File too large|Disk quota exceeded/,
    { class: 'disk_full', outcome: 'info' },
  ],
  // `Invalid range` is said of manifests and data files that are shorter than their content. A panic has its reason only
  // on stderr; all that were provoked came from overwritten bytes.
  [
    /Invalid range \d+\.\.\d+|file size is too small|failed to fill whole buffer|invalid magic|Encountered corrupt file|Panic in async function/,
    { class: 'corrupt', outcome: 'info' },
  ],
  [/Cannot allocate memory|Resources exhausted/, { class: 'oom', outcome: 'info' }],
  [/^Table '.*' was not found|^ENOENT: /, { class: 'not_found', outcome: 'fail' }],
  [/Not found: |not found: No such file or directory/, { class: 'not_found', outcome: 'info' }],
  [/Connection is closed|Table \S+ is closed/, { class: 'instance.invalid', outcome: 'fail' }],
  [/LanceError\(IO\)|os error \d+|^E[A-Z]+: /, { class: 'io', outcome: 'info' }],
];

export function classify(error: unknown): Classified {
  const message = error instanceof Error ? error.message : String(error);
  const known = PATTERNS.find(([pattern]) => pattern.test(message));
  return known?.[1] ?? { class: 'unclassified', outcome: 'info' };
}
