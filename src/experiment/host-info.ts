import { readFileSync, realpathSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import type { Result } from '../core/result.ts';

/** The machine, and the file system that this path lies on. */
export function hostInfo(path: string): Result['host'] {
  const model = cpus()[0]?.model.trim();
  return {
    os: `${platform()} ${release()} ${arch()}`,
    cpus: availableParallelism(),
    ...(model ? { cpu_model: model } : {}),
    memory_bytes: totalmem(),
    filesystem: filesystemOf(path),
  };
}

/** Type of the file system of an existing path ("ext4"); "unknown" where the system does not tell. */
function filesystemOf(path: string): string {
  try {
    const real = realpathSync(path);
    let best = { point: '', type: 'unknown' };
    for (const line of readFileSync('/proc/self/mounts', 'utf8').split('\n')) {
      const [, point = '', type = ''] = line.split(' ');
      const inside = real === point || real.startsWith(point === '/' ? '/' : `${point}/`);
      if (inside && point.length >= best.point.length) best = { point, type };
    }
    return best.type;
  } catch {
    return 'unknown';
  }
}

const IN_MEMORY = new Set(['tmpfs', 'ramfs']);
const NETWORK = /^(nfs|nfs4|cifs|smb3|smbfs|9p|fuse\.sshfs|ceph|glusterfs|afs|virtiofs)$/;

/** What a reader of the result must know of this file system. */
export function filesystemWarnings(filesystem: string): string[] {
  if (IN_MEMORY.has(filesystem)) {
    return [
      `the database lies on ${filesystem} (memory): it is faster than a disk, and nothing here tells of durability`,
    ];
  }
  if (NETWORK.test(filesystem)) {
    return [
      `the database lies on ${filesystem} (a network file system): locks and renames may behave differently there`,
    ];
  }
  return [];
}
