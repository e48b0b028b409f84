import { lengthOf } from '../../language/duration.ts';
import { type CalendarPeriod, periodStart } from '../../time/calendar.ts';
import { rangeOf, readDate } from '../../time/date.ts';
import { firstWhere } from '../../time/first-where.ts';
import { windowOf } from '../../time/window.ts';
import type { Zone } from '../../time/zone.ts';
import type { ConditionWindow } from '../condition.ts';

/** A span of time in milliseconds: from `fromMs` up to but not including `toMs`; null: no such end. */
export interface Span {
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

const DAY_MS = 86_400_000;
/** Longer than every window: 102 years of 366 days. */
const LONGEST_MS = 102 * 366 * DAY_MS;
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
    if (which === 'this') return { fromMs: this.start(period as CalendarPeriod, 0), toMs: null };
    if (which === 'last')
      return { fromMs: this.start(period as CalendarPeriod, -1), toMs: this.start(period as CalendarPeriod, 0) };
    return { fromMs: this.cut(window), toMs: null };
  }

  /** The first instant of the current local period, or of one so many periods later. */
  start(period: CalendarPeriod, later: number): number {
    return periodStart(period, this.momentMs, later, this.zone);
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

  #window(length: string, times: number) {
    const duration = lengthOf(length);
    return windowOf({ ...duration, length: duration.length * times }, this.zone);
  }
}
