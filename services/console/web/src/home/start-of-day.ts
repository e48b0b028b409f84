import { floorTo } from '../charts/time-step.ts';
import type { Zone } from '../language/zone.ts';

/** Midnight of the day that a moment is in, in a zone; the first moment of the day where clocks skip midnight. */
export function startOfDay(moment: Date, zone: Zone): Date {
  const local_s = zone.localOf(moment.getTime() / 1000);
  return new Date(zone.instantOf(floorTo(local_s, { unit: 'day', count: 1 })) * 1000);
}
