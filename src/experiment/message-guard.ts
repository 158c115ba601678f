/**
 * Whether what a child sent is a message: written by hand, because each event of a run passes here. A child that sends
 * anything else is ended, since nobody can tell what else of its story is wrong.
 */
import { isAbsentOr, isCount, isOneOf, isText, isTime } from '../store/event-fields.ts';
import type { EventRules } from '../store/event-rules.ts';
import type { FromWorker } from '../core/protocol.ts';

const TEXT_LIMIT = 1_000_000;
const STAGES = ['load', 'seed', 'audit', 'bug'];

type Fields = Readonly<Record<string, unknown>>;
type Rule = (message: Fields, events: EventRules | undefined) => string | undefined;

/** What is wrong with a message of a child, in a few words; undefined for nothing. Events are checked by `events`. */
export function problemOfMessage(value: unknown, events?: EventRules): string | undefined {
  if (!isFields(value)) return 'no object';
  const { type } = value;
  if (typeof type !== 'string' || !Object.hasOwn(RULES, type)) return 'type';
  return RULES[type as FromWorker['type']](value, events);
}

/** Every message has an entry, so that the compiler tells when one is added. */
const RULES: Readonly<Record<FromWorker['type'], Rule>> = {
  ready: ({ backend }) =>
    isFields(backend) && isName(backend['version']) && isName(backend['engine'])
      ? undefined
      : 'backend',
  opened: actorOnly,
  done: actorOnly,
  drained: actorOnly,
  refused: withMessage,
  died: withMessage,
  events({ events }, rules) {
    if (!Array.isArray(events)) return 'events';
    for (const event of events as readonly unknown[]) {
      const problem = rules?.problemOf(event);
      if (problem !== undefined) return `an event: ${problem}`;
    }
    return undefined;
  },
  beat({ actors }) {
    if (!isFields(actors)) return 'actors';
    const good = Object.values(actors).every((running) => running === null || isRunning(running));
    return good ? undefined : 'actors';
  },
  begun: ({ actor, op }) => (isName(actor) && isCount(op) ? undefined : 'actor, op'),
  closed: ({ peakRssBytes }) => (isCount(peakRssBytes) ? undefined : 'peakRssBytes'),
  progress: ({ done, total }) => (isCount(done) && isCount(total) ? undefined : 'done, total'),
  seeded: ({ tookUs }) => (isTime(tookUs) ? undefined : 'tookUs'),
  audited: () => undefined,
  failed: (message) =>
    isOneOf(STAGES, message['stage']) && isAbsentOr(isLongText, message['stack'])
      ? messageOnly(message)
      : 'stage, stack',
};

function actorOnly({ actor }: Fields): string | undefined {
  return isName(actor) ? undefined : 'actor';
}

function messageOnly({ message }: Fields): string | undefined {
  return isLongText(message) ? undefined : 'message';
}

function withMessage(message: Fields): string | undefined {
  return actorOnly(message) ?? messageOnly(message);
}

function isRunning(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { operation, forMs } = value;
  return isName(operation) && typeof forMs === 'number' && forMs >= 0;
}

function isFields(value: unknown): value is Fields {
  return value instanceof Object && !Array.isArray(value);
}

const isName = (value: unknown): boolean => isText(value, 1000);
const isLongText = (value: unknown): boolean => isText(value, TEXT_LIMIT);
