import { readDuration } from '../../language/duration.ts';
import type { ConditionWindow } from '../condition.ts';
import { Oracle } from './oracle.ts';
import type { Question } from './oracle-events.ts';
import type { DateFound, Range } from './oracle-times.ts';

const DAY_MS = 86_400_000;

/** Mistakes about windows, days and dates. */
export const DATE_FAULTS: Readonly<Record<string, new (question: Question) => Oracle>> = {
  'an event leaves a moment late': class extends Oracle {
    override isNewer(length: string, timeMs: number, times?: number): boolean {
      return this.leavesAt(length, timeMs, times) >= this.momentMs;
    }
  },
  'a day has 24 hours': class extends Oracle {
    override leavesAt(length: string, timeMs: number, times = 1): number {
      const duration = readDuration(length);
      if (duration?.unit !== 'd' && duration?.unit !== 'w') return super.leavesAt(length, timeMs, times);
      return timeMs + duration.length * times * (duration.unit === 'w' ? 7 : 1) * DAY_MS;
    }
  },
  'a month has 30 days': class extends Oracle {
    override leavesAt(length: string, timeMs: number, times = 1): number {
      const duration = readDuration(length);
      return duration?.unit === 'mo'
        ? super.leavesAt(`${30 * duration.length}d`, timeMs, times)
        : super.leavesAt(length, timeMs, times);
    }
  },
  'the edges between two lengths are swapped': class extends Oracle {
    override isInWindow(timeMs: number, window: ConditionWindow | undefined): boolean {
      if (typeof window !== 'object') return super.isInWindow(timeMs, window);
      return this.leavesAt(window.from, timeMs) >= this.momentMs && this.leavesAt(window.to, timeMs) < this.momentMs;
    }
  },
  'a week begins on Sunday': class extends Oracle {
    override daysIntoWeek(local: Date): number {
      return local.getUTCDay();
    }
  },
  'last includes this': class extends Oracle {
    override isInWindow(timeMs: number, window: ConditionWindow | undefined): boolean {
      if (typeof window !== 'string') return super.isInWindow(timeMs, window);
      return (
        super.isInWindow(timeMs, window) || (window.startsWith('last') && super.isInWindow(timeMs, thisOf(window)))
      );
    }
  },
  'after leaves out its moment': class extends Oracle {
    override isBetween(timeMs: number, after: string | undefined, before: string | undefined): boolean {
      return super.isBetween(timeMs, after, before) && (after === undefined || timeMs > this.dateOf(after).startMs);
    }
  },
  'before includes its moment': class extends Oracle {
    override isBetween(timeMs: number, after: string | undefined, before: string | undefined): boolean {
      return super.isBetween(
        timeMs,
        after,
        before === undefined || timeMs === this.dateOf(before).startMs ? undefined : before,
      );
    }
  },
  'a day is its first moment': class extends Oracle {
    override dayOf(year: number, month: number, day: number): DateFound {
      const whole = super.dayOf(year, month, day);
      return { ...whole, endMs: whole.startMs + 1 };
    }
  },
  'before includes the day': class extends Oracle {
    override isBefore(value: Range, bound: Range): boolean {
      return value.endMs <= bound.endMs;
    }
  },
  'within the next includes its edge': class extends Oracle {
    override isWithinNext(value: Range, length: string): boolean {
      return value.endMs > this.momentMs && value.startMs <= this.leavesAt(length, this.momentMs);
    }
  },
  'within the last counts from the start of a day': class extends Oracle {
    override isWithinLast(value: Range, length: string): boolean {
      return value.startMs <= this.momentMs && this.isNewer(length, value.startMs);
    }
  },
  '29 February returns on 28 February': class extends Oracle {
    override anniversary(date: DateFound, year: number): Range {
      const range = super.anniversary(date, year);
      const isMoved = date.month === 1 && date.day === 29 && range.startMs === this.dayOf(year, 2, 1).startMs;
      return isMoved ? this.dayOf(year, 1, 28) : range;
    }
  },
  'a regular period is one too early': class extends Oracle {
    override isInPeriodAgo(timeMs: number, every: string, ago: number): boolean {
      return super.isInPeriodAgo(timeMs, every, ago + 1);
    }
  },
  'the current period counts': class extends Oracle {
    override isInCalendarPeriod(timeMs: number, every: string, ago: number): boolean {
      return super.isInCalendarPeriod(timeMs, every, ago - 1);
    }
  },
};

function thisOf(window: string): ConditionWindow {
  return window.replace('last', 'this') as ConditionWindow;
}
