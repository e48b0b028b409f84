import type { Language } from '../language/messages.ts';
import type { Zone } from '../language/zone.ts';
import { floorTo, following, lengthOf, MARK_STEPS, type TimeStep } from './time-step.ts';

/** A mark of an axis. */
export interface Mark {
  readonly at: number;
  readonly label: string;
}

/** What an axis of time is drawn from. */
export interface TimeAxis {
  /** Seconds since the epoch. */
  readonly from_s: number;
  readonly to_s: number;
  readonly zone: Zone;
  readonly language: Language;
  /** Marks that have room. */
  readonly most: number;
  /** The step of the data; null: none. Marks are no closer, so that no day is named twice. */
  readonly step: TimeStep | null;
}

const YEAR_S = 365 * 86_400;
const DAY_S = 86_400;

/** Marks of an axis of time, placed and named in one zone, no two with the same name. */
export function timeMarks({ from_s, to_s, zone, language, most, step }: TimeAxis): readonly Mark[] {
  if (!(Number.isFinite(from_s) && from_s <= to_s && Number.isFinite(to_s))) return [];
  const shortest = step === null ? 0 : lengthOf(step);
  const room = Math.max(1, most);
  for (const marks_step of MARK_STEPS.filter((one) => lengthOf(one) >= shortest)) {
    if ((to_s - from_s) / lengthOf(marks_step) > 2 * room + 2) continue;
    const places = placesOf(from_s, to_s, marks_step, zone);
    if (places.length > room) continue;
    // An axis so short that no step starts on it has a mark in its middle.
    const marked = places.length > 0 ? places : [(from_s + to_s) / 2];
    const label = labelOf(marks_step, from_s, to_s, zone, language);
    return marked.map((at) => ({ at, label: label.format(at * 1000) }));
  }
  return [];
}

function placesOf(from_s: number, to_s: number, step: TimeStep, zone: Zone): readonly number[] {
  const places: number[] = [];
  for (let local = floorTo(zone.localOf(from_s), step); ; local = following(local, step)) {
    const at = zone.instantOf(local);
    if (at > to_s) return places;
    if (at >= from_s && at > (places.at(-1) ?? Number.NEGATIVE_INFINITY)) places.push(at);
  }
}

/** Shows as much of a time as distinguishes the ticks of the axis. */
function labelOf(step: TimeStep, from_s: number, to_s: number, zone: Zone, language: Language): Intl.DateTimeFormat {
  const locale = language === 'en' ? 'en-GB' : 'es-ES';
  const [from, to] = [zone.localOf(from_s), zone.localOf(to_s)];
  const year = to - from > YEAR_S ? ({ year: 'numeric' } as const) : {};
  const options: Intl.DateTimeFormatOptions =
    step.unit === 'month'
      ? step.count % 12 === 0
        ? { year: 'numeric' }
        : { month: 'short', year: 'numeric' }
      : step.unit === 'day'
        ? { day: 'numeric', month: 'short', ...year }
        : {
            ...(Math.floor(from / DAY_S) === Math.floor(to / DAY_S) ? {} : { day: 'numeric', month: 'short' }),
            ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
            ...(step.count < 60 ? { second: '2-digit' } : {}),
          };
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: zone.name });
}
