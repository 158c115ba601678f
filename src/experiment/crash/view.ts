import type { Event, History } from '../../core/history.ts';

/**
 * What one round is judged by: every write so far, the reads of this round, the last audit; without acknowledgements that
 * came after a power cut (their operations are in doubt).
 */
export function roundView(history: History, sinceUs: number, audits: number): History {
  return {
    async *events() {
      let audit = 0;
      let cut = false;
      const belongs = (event: Event): boolean => {
        if (event.type === 'mark') cut = event.name === 'cut';
        if (!('f' in event)) return true;
        if (event.f === 'scan' || event.f === 'audit') {
          const last = audit === audits - 1;
          if (event.f === 'audit') audit++;
          return last;
        }
        if ('op' in event) return !(cut && event.type === 'ok');
        return event.start >= sinceUs;
      };
      for await (const events of history.events()) yield events.filter(belongs);
    },
  };
}
