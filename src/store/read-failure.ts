import { UsageError, messageOf } from '../core/errors.ts';

/** Why a file that the user named cannot be read, as a usage error; anything unforeseen is returned unchanged. */
export function readFailure(path: string, error: unknown): unknown {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new UsageError(`${path} does not exist`);
    case 'EISDIR':
      return new UsageError(`${path} is a directory, not a file`);
    case 'EACCES':
    case 'EPERM':
    case 'EIO':
    case 'ELOOP':
    case 'ENAMETOOLONG':
    case 'ENXIO':
    case 'ERR_INVALID_ARG_VALUE':
      return new UsageError(`${path} cannot be read: ${messageOf(error)}`);
    default:
      return error;
  }
}

/** Refuses what a later version of this tool wrote, whose shape is not known here. */
export function refuseNewer(path: string, format: unknown, known: number): void {
  if (typeof format !== 'number' || format <= known) return;
  throw new UsageError(
    `${path} was written by a newer probe: format ${format}, this one reads ${known}`,
  );
}

/** The `code` of an error of Node's, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
