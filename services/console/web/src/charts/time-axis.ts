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
  readonly fromS: number;
  readonly toS: number;
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
export function timeMarks({ fromS, toS, zone, language, most, step }: TimeAxis): readonly Mark[] {
  if (!(Number.isFinite(fromS) && fromS <= toS && Number.isFinite(toS))) return [];
  const shortest = step === null ? 0 : lengthOf(step);
  const room = Math.max(1, most);
  for (const marksStep of MARK_STEPS.filter((one) => lengthOf(one) >= shortest)) {
    if ((toS - fromS) / lengthOf(marksStep) > 2 * room + 2) continue;
    const places = placesOf(fromS, toS, marksStep, zone);
    if (places.length > room) continue;
    // An axis so short that no step starts on it has a mark in its middle.
    const marked = places.length > 0 ? places : [(fromS + toS) / 2];
    const label = labelOf(marksStep, fromS, toS, zone, language);
    return marked.map((at) => ({ at, label: label.format(at * 1000) }));
  }
  return [];
}

function placesOf(fromS: number, toS: number, step: TimeStep, zone: Zone): readonly number[] {
  const places: number[] = [];
  for (let local = floorTo(zone.localOf(fromS), step); ; local = following(local, step)) {
    const at = zone.instantOf(local);
    if (at > toS) return places;
    if (at >= fromS && at > (places.at(-1) ?? Number.NEGATIVE_INFINITY)) places.push(at);
  }
}

/** Shows as much of a time as distinguishes the ticks of the axis. */
function labelOf(step: TimeStep, fromS: number, toS: number, zone: Zone, language: Language): Intl.DateTimeFormat {
  const locale = language === 'en' ? 'en-GB' : 'es-ES';
  const [from, to] = [zone.localOf(fromS), zone.localOf(toS)];
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
