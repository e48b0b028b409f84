import { readDuration, type Duration } from '../../language/duration.ts';
import { rangeOf, readDate } from '../../time/date.ts';
import { windowOf } from '../../time/window.ts';
import type { Zone } from '../../time/zone.ts';
import type { ConditionWindow } from '../condition.ts';

/** A span of time in milliseconds: from `fromMs` up to but not including `toMs`; null: no such end. */
export interface Span {
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** Parts of the calendar that windows and periods are made of. */
export type Period = 'day' | 'week' | 'month' | 'quarter' | 'year';

const DAY_MS = 86_400_000;
/** Longer than every window: 102 years of 366 days. */
const LONGEST_MS = 102 * 366 * DAY_MS;
/** Milliseconds of the units of a step, which has no place in a calendar. */
const STEP_MS: Readonly<Partial<Record<Duration['unit'], number>>> = {
  ...{ s: 1_000, m: 60_000, h: 3_600_000 },
  ...{ d: DAY_MS, w: 7 * DAY_MS },
};

/**
 * Works out, for one moment, the instants between which an event counts. ClickHouse gets them as constants, so that its own
 * calendar never decides.
 */
export class Cuts {
  readonly momentMs: number;
  readonly zone: Zone;
  readonly #known = new Map<string, number>();

  constructor(momentMs: number, zone: Zone) {
    this.momentMs = momentMs;
    this.zone = zone;
  }

  /** The earliest time that so many such lengths ending now still contain. */
  cut(length: string, times = 1): number {
    const key = `${times} ${length}`;
    let cut = this.#known.get(key);
    if (cut === undefined) {
      const window = this.#window(length, times);
      const before = this.momentMs - LONGEST_MS;
      cut = firstWhere(before, this.momentMs + 1, (timeMs) => window.leavesAt(timeMs) > this.momentMs);
      this.#known.set(key, cut);
    }
    return cut;
  }

  /** The moment by which a length that begins now is over. */
  ahead(length: string): number {
    return this.#window(length, 1).leavesAt(this.momentMs);
  }

  /** The span of a window. */
  span(window: ConditionWindow): Span {
    if (typeof window === 'object') return { fromMs: this.cut(window.from), toMs: this.cut(window.to) };
    if (window === 'today') return { fromMs: this.start('day', 0), toMs: null };
    if (window === 'yesterday') return { fromMs: this.start('day', -1), toMs: this.start('day', 0) };
    const [which, period] = window.split(' ');
    if (which === 'this') return { fromMs: this.start(period as Period, 0), toMs: null };
    if (which === 'last') return { fromMs: this.start(period as Period, -1), toMs: this.start(period as Period, 0) };
    return { fromMs: this.cut(window), toMs: null };
  }

  /** The first instant of the current local period, or of one so many periods later. */
  start(period: Period, later: number): number {
    const local = new Date(this.zone.localOf(this.momentMs));
    const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
    switch (period) {
      case 'day':
        return this.#midnight(year, month, day + later);
      case 'week':
        return this.#midnight(year, month, day - ((local.getUTCDay() + 6) % 7) + 7 * later);
      case 'month':
        return this.#midnight(year, month + later, 1);
      case 'quarter':
        return this.#midnight(year, month - (month % 3) + 3 * later, 1);
      case 'year':
        return this.#midnight(year + later, 0, 1);
    }
  }

  /** The first instant of a date of a definition. */
  startOf(date: string): number {
    return this.rangeOf(date).fromMs;
  }

  /** What a date of a definition covers. */
  rangeOf(text: string): { readonly fromMs: number; readonly toMs: number } {
    const date = readDate(text);
    if (date === null) throw new RangeError('a condition has a date that no reader takes');
    const { startMs, endMs } = rangeOf(date, this.zone);
    return { fromMs: startMs, toMs: endMs };
  }

  /** The instant at which a local day begins; days are counted from 1 January 1970. */
  dayStart(day: number): number {
    return this.zone.instantOf(day * DAY_MS);
  }

  #midnight(year: number, month: number, day: number): number {
    return this.zone.instantOf(new Date(0).setUTCFullYear(year, month, day));
  }

  #window(length: string, times: number) {
    const duration = readDuration(length);
    if (duration === null) throw new RangeError('a condition has a length that no reader takes');
    return windowOf({ length: duration.length * times, unit: duration.unit }, this.zone);
  }
}

/** Milliseconds of a length within a sequence, where a day has 24 hours. */
export function stepMs(length: string): number {
  const duration = readDuration(length);
  const unitMs = duration === null ? undefined : STEP_MS[duration.unit];
  if (duration === null || unitMs === undefined) throw new RangeError('a step has a length that no reader takes');
  return duration.length * unitMs;
}

/** The first whole number in [low, high] where the test holds. The test holds for every number after it, and for `high`. */
export function firstWhere(low: number, high: number, holds: (value: number) => boolean): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
