/** The owner as it ships, of a database that does nothing. */
import { owner } from '../../src/access/owner.ts';
import type { RunOptions } from '../../src/core/options.ts';
import type { HostPlan } from '../../src/core/protocol.ts';
import { noOpBackend } from '../harness/no-op.ts';

process.once('message', ({ options, plan }: { options: RunOptions; plan: HostPlan }) => {
  const host = {
    backend: noOpBackend(0),
    options,
    plan,
    shared: { users: 0 },
    onBusy: () => undefined,
    onOpen: () => undefined,
    onClose: () => undefined,
    onStranger: () => undefined,
    nowUs: () => 0,
  };
  void owner.serve!(host).then(() => process.send!('serving'));
});
