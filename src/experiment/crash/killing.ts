import type { Schedule, Victim } from '../../core/crash.ts';
import { ended, type Member } from '../crew.ts';
import type { Blow } from './epoch.ts';

/** SIGKILL of all processes of a role, or of all there are. */
export function killing(victim: Victim, schedule: Schedule): Blow {
  return async (epoch, crew) => {
    const mayHit = victim !== 'reader';
    await epoch.untilDue({ ...schedule, aim: schedule.aim && mayHit });
    const isVictim = ({ plan }: Member): boolean => victim === 'all' || plan.role === victim;
    const victims = new Set(crew.members.filter(isVictim).map(({ child }) => child));
    // All that live in a killed process die with it; who has ended by itself is not killed.
    const killed = crew.members.filter((member) => victims.has(member.child) && !ended(member));
    const atUs = epoch.strike(killed, crew);
    await Promise.all([...victims].map(async (child) => child.kill()));
    return { killed, atUs };
  };
}
