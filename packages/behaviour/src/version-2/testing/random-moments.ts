import { fixedMs, readDuration } from '../../language/duration.ts';
import type { Case } from './case.ts';
import { type Period, TimesOracle } from './oracle-times.ts';
import type { Random } from './random.ts';
import type { Hints } from './random-hints.ts';
import { earlier, later, type Setting } from './random-setting.ts';

const PERIODS: readonly Period[] = ['day', 'week', 'month', 'quarter', 'year'];
const DAY_MS = 86_400_000;

/** At how many moments an answer is looked for that changes until the next. */
const EDGES = 12;

/** A time that lies a length from another: by the calendar, or as a sequence counts. */
export function shifted(setting: Setting, length: string, timeMs: number): readonly number[] {
  const duration = readDuration(length);
  const unitMs = duration?.unit === 'd' ? DAY_MS : duration?.unit === 'w' ? 7 * DAY_MS : null;
  const stepMs = unitMs === null || duration === null ? null : duration.length * unitMs;
  const byCalendar = [later(setting, length, timeMs), earlier(setting, length, timeMs)];
  if (stepMs === null || (duration !== null && fixedMs(duration) !== null)) return byCalendar;
  return [...byCalendar, timeMs + stepMs, timeMs - stepMs];
}

type Profile = Pick<Case, 'events' | 'facts'>;

/** Moments at which an answer may change: where an event, a date, a trait or a list crosses an edge. */
export function edgesOf(random: Random, setting: Setting, profile: Profile, hints: Hints): readonly number[] {
  const times = new TimesOracle(setting.zone, setting.anchorMs);
  const { events, facts } = profile;
  const stamps = events.map(({ timestampMs }) => timestampMs);
  const dates = [facts.traits, ...events.map(({ properties }) => properties)].flatMap(({ text }) =>
    [...text.matchAll(/"(\d{4}-[^"]*)"/g)].map(([, date = '']) => date),
  );
  const moved = (timeMs: number) => random.pick(shifted(setting, random.pick(hints.lengths), timeMs));
  const day = (): number => {
    const date = times.readDate(random.pick(dates));
    if (date === null) return setting.anchorMs;
    const year = new Date(setting.anchorMs).getUTCFullYear() + random.pick([-1, 0, 0, 1]);
    const { startMs, endMs } = random.chance(0.5) ? date : times.anniversary(date, year);
    const edgeMs = random.pick([startMs, startMs, endMs - 1, endMs]);
    return (random.chance(0.4) ? edgeMs : moved(edgeMs)) + random.pick([0, 1]);
  };
  const ends = [...facts.lists.values()].filter((end) => end !== null);
  const sources = hints.kinds.flatMap((kind) => {
    if (kind === 'event' && stamps.length > 0) return [() => moved(random.pick(stamps))];
    if (kind === 'date' && dates.length > 0) return [day];
    if (kind === 'trait' && facts.sinceMs.size > 0) return [() => moved(random.pick([...facts.sinceMs.values()]))];
    if (kind === 'list' && ends.length > 0) return [() => random.pick(ends)];
    return kind === 'calendar' ? [() => times.periodStart(random.pick(PERIODS), random.pick([-1, 0, 0, 1]))] : [];
  });
  return sources.length === 0 ? [] : random.times(EDGES, () => random.pick(sources)());
}
