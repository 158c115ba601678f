/** What a result was measured on, in words: one wording for every report. */
import { formatBytes, plural } from './count-text.ts';
import type { Result } from './result.ts';

/** `Node 20.20.2`. */
export function nodeText({ node }: Result['tool']): string {
  return `Node ${node.replace(/^v/, '')}`;
}

/** `linux 6.1 x64, 2 CPUs (AMD EPYC 7B13), 7.8 GiB`; older results do not know the model. */
export function machineText({ os, cpus, cpu_model: model, memory_bytes: bytes }: Result['host']) {
  const processors = plural(cpus, 'CPU') + (model === undefined ? '' : ` (${model})`);
  return `${os}, ${processors}, ${formatBytes(bytes)}`;
}
