/** What the chaos does to a run, and what may come of it. */
import type { Role } from './commands.ts';

/** A directory of a run that can fill up or vanish. */
export type Disk = 'tmp' | 'results';

const STRAYS = ['file', 'FIFO', 'dangling link', 'directory without rights'] as const;
export type Stray = (typeof STRAYS)[number];

const SIGNALS = ['SIGKILL', 'SIGSTOP', 'SIGTERM', 'SIGINT'] as const;
type Signal = (typeof SIGNALS)[number];

/** What may come of a fault beside what is always right: the command's own outcome, or `unknown`. */
export interface Allowed {
  /** Exit codes beside the one of the verdict. */
  exits?: readonly number[];
  /** The program itself may end by one of these. */
  signals?: readonly string[];
  verdicts?: readonly string[];
  /** It may say in a sentence why it could not run (exit 3), instead of a result. */
  refuses?: true;
  /** Before it has begun it may take it for a mistake of its user (exit 2): too little room, no TMPDIR. */
  isMistakeAtStart?: true;
}

type Deed =
  | { kind: 'signal'; signal: Signal; target: Role }
  /** A terminal sends it to the whole foreground process group of the coordinator. */
  | { kind: 'ctrl-c'; times: number }
  | { kind: 'stop-all' }
  | { kind: 'full' | 'vanish'; disk: Disk }
  | { kind: 'stray'; stray: Stray }
  | { kind: 'closed-stdout' };

export type Fault = Deed & { name: string; allowed: Allowed };

/** Where nothing was hit, nothing but the command's own outcome is right. */
export const NOTHING: Allowed = {};

const INTERRUPTED: Allowed = { exits: [130], signals: ['SIGINT'] };
const HURT: Allowed = { verdicts: ['errors'] };

/** By who is hit. A child that is still starting does not yet ignore SIGTERM and SIGINT. */
const BY_SIGNAL: Record<Role, Record<Signal, Allowed>> = {
  coordinator: {
    SIGKILL: { signals: ['SIGKILL'] },
    SIGSTOP: NOTHING,
    SIGTERM: { exits: [143], signals: ['SIGTERM'] },
    SIGINT: INTERRUPTED,
  },
  guard: { SIGKILL: NOTHING, SIGSTOP: NOTHING, SIGTERM: NOTHING, SIGINT: NOTHING },
  seeder: {
    SIGKILL: { refuses: true },
    SIGSTOP: NOTHING,
    SIGTERM: { refuses: true },
    SIGINT: { refuses: true },
  },
  owner: { SIGKILL: HURT, SIGSTOP: HURT, SIGTERM: HURT, SIGINT: HURT },
  worker: { SIGKILL: HURT, SIGSTOP: HURT, SIGTERM: HURT, SIGINT: HURT },
  auditor: { SIGKILL: HURT, SIGSTOP: NOTHING, SIGTERM: HURT, SIGINT: HURT },
};

const BY_ROLE = Object.entries(BY_SIGNAL) as [Role, Record<Signal, Allowed>][];

/** A run is given one of these. */
export const FAULTS: readonly Fault[] = [
  ...BY_ROLE.flatMap(([target, allowed]) =>
    SIGNALS.map((signal): Fault => {
      const name = `${signal} of the ${target}`;
      return { kind: 'signal', name, signal, target, allowed: allowed[signal] };
    }),
  ),
  { kind: 'ctrl-c', name: 'Ctrl-C', times: 1, allowed: INTERRUPTED },
  { kind: 'ctrl-c', name: 'Ctrl-C twice', times: 2, allowed: INTERRUPTED },
  { kind: 'stop-all', name: 'SIGSTOP of the whole tree', allowed: NOTHING },
  {
    kind: 'full',
    name: 'full TMPDIR',
    disk: 'tmp',
    // The history goes through there: without it nothing that was asked for can be saved.
    allowed: { ...HURT, exits: [3], refuses: true, isMistakeAtStart: true },
  },
  { kind: 'full', name: 'full results', disk: 'results', allowed: { exits: [3], refuses: true } },
  {
    kind: 'vanish',
    name: 'vanishing TMPDIR',
    disk: 'tmp',
    allowed: { refuses: true, isMistakeAtStart: true },
  },
  {
    kind: 'vanish',
    name: 'vanishing results',
    disk: 'results',
    allowed: { exits: [3], refuses: true },
  },
  { kind: 'closed-stdout', name: 'closed stdout', allowed: NOTHING },
  ...STRAYS.map((stray): Fault => {
    return { kind: 'stray', name: `stray ${stray}`, stray, allowed: NOTHING };
  }),
];
