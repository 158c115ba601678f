import type { Event, History } from '../../core/history.ts';

/** Which part of an epoch's history belongs to a round: its reads, and its audits by their number, end exclusive. */
interface RoundPart {
  sinceUs: number;
  fromAudit: number;
  toAudit: number;
}

/**
 * What one round is judged by: every write so far, the reads and the audit of this round; without ends that came after
 * a power cut (nobody answered any more: their operations are in doubt), and without what came after its audit.
 */
export function roundView(history: History, part: RoundPart): History {
  const { sinceUs, fromAudit, toAudit } = part;
  return {
    async *events() {
      let audit = 0;
      let cut = false;
      const belongs = (event: Event): boolean => {
        if (audit >= toAudit) return false;
        if (event.type === 'mark') cut = event.name === 'cut';
        if (!('f' in event)) return true;
        if (event.f === 'scan' || event.f === 'audit') {
          const number = event.f === 'audit' ? audit++ : audit;
          return number >= fromAudit;
        }
        if ('op' in event) return !cut || event.type === 'invoke';
        return event.start >= sinceUs;
      };
      for await (const events of history.events()) yield events.filter(belongs);
    },
  };
}
