import type { JsonText } from '../../document/json-text.ts';
import type { Path } from '../../document/path.ts';
import { compareEvents, type EventOrderKey, type ProfileEvent } from '../model.ts';
import { firstIndex, type MovingWindow } from './moving-window.ts';
import type { OpenValues } from './open-tests.ts';
import { scalarText } from './scalar-text.ts';
import { addedTotals, type Totals, totalsOf, withoutTotals } from './totals.ts';
import { valuesAt } from './value-test.ts';

/**
 * What a profile remembers about the events that pass one filter. Never mutated. Parts that no condition asks for are
 * empty.
 */
export interface Series {
  /** When counting began, in milliseconds. A series that began at another time than its kind's is out of date. */
  readonly since_ms: number;
  /** Times of the newest events, sorted by the order of events. */
  readonly timesMs: readonly number[];
  /** The rest of those events, if values at paths are asked for; otherwise empty. */
  readonly details: readonly Detail[];
  /** How many events there were, up to as many as decide every condition without a window. */
  readonly count: number;
  /** Of the numbers at the first path of all events; null: of none. */
  readonly totals: Totals | null;
  readonly first: RememberedEvent | null;
  readonly last: RememberedEvent | null;
}

/** What is remembered of an event beside its time: its place among events of that time, and its values. */
export interface Detail extends Omit<EventOrderKey, 'timestampMs'> {
  /** For each path the texts of the scalars that it reaches. */
  readonly scalars: readonly (readonly string[])[];
  /** For tests that depend on more than the event; absent: the series has none. */
  readonly open?: OpenValues;
  /** JSON text of the values that each path reaches, if such tests also decide which event is the first or last. */
  readonly whole?: string;
}

/** The first or last event. */
export interface RememberedEvent extends EventOrderKey {
  /** For each path the values that it reaches. */
  readonly values: readonly (readonly unknown[])[];
}

/** Which events a series takes, and what it keeps of them. */
export interface SeriesKind {
  /** The same for conditions that ask for the same events and paths, whatever windows and bounds they name. */
  readonly id: string;
  readonly since_ms: number;
  /** Events from here on; minus infinity: all. */
  readonly afterMs: number;
  /** Events before here; infinity: all. */
  readonly beforeMs: number;
  readonly paths: readonly Path[];
  /** What an event holds for the tests that depend on more than the event; null: there are none. */
  readonly openOf: ((properties: JsonText) => OpenValues) | null;
  /** True if the values at the paths are asked for in full. */
  readonly keepsValues: boolean;
  readonly keeps: Kept;
}

/** As much as the conditions in force can ever ask for: the most that any of them needs. */
export interface Kept {
  /** So many of the newest events. */
  readonly newest: number;
  /** Events inside any of these windows; null: of all times. */
  readonly windows: readonly MovingWindow[] | null;
  /** The number of all events, up to this. */
  readonly count: number;
  readonly totals: boolean;
  readonly first: boolean;
  readonly last: boolean;
}

const NO_TIMES: readonly number[] = [];
const NO_DETAILS: readonly Detail[] = [];

/** A series without events. */
export function emptySeries(since_ms: number): Series {
  return { since_ms, timesMs: NO_TIMES, details: NO_DETAILS, count: 0, totals: null, first: null, last: null };
}

/** True if the series remembers nothing. */
export function isEmpty({ timesMs, count, totals, first, last }: Series): boolean {
  return timesMs.length === 0 && count === 0 && totals === null && first === null && last === null;
}

/**
 * The series with one more event that passes its filter; the same object if the event cannot matter any longer. An event
 * counts once it is folded, even if it happened after `nowMs`, because the stage's time is slightly behind.
 */
export function withEvent(
  series: Series | undefined,
  kind: SeriesKind,
  event: ProfileEvent,
  nowMs: number,
): Series | undefined {
  // A merge can bring a series of a definition that this partition has not read yet; that series continues.
  if (series !== undefined && series.since_ms > kind.since_ms) return series;
  const { timestampMs } = event;
  if (timestampMs < kind.afterMs || timestampMs >= kind.beforeMs) return series;
  const before = series?.since_ms === kind.since_ms ? series : emptySeries(kind.since_ms);
  const after = withEntry(withRunning(before, kind, event), kind, event, nowMs);
  return after === before ? series : after;
}

function withRunning(series: Series, { keeps, paths }: SeriesKind, event: ProfileEvent): Series {
  let after = series;
  if (series.count < keeps.count) after = { ...after, count: series.count + 1 };
  if (keeps.totals) {
    const totals = addedTotals(series.totals, totalsOf(scalarsAt(event, paths)[0] ?? []));
    if (totals !== series.totals) after = { ...after, totals };
  }
  if (keeps.first && (series.first === null || compareEvents(event, series.first) < 0)) {
    after = { ...after, first: remembered(event, paths) };
  }
  if (keeps.last && (series.last === null || compareEvents(event, series.last) >= 0)) {
    after = { ...after, last: remembered(event, paths) };
  }
  return after;
}

function withEntry(series: Series, kind: SeriesKind, event: ProfileEvent, nowMs: number): Series {
  const { newest } = kind.keeps;
  const { timesMs, details } = series;
  const { timestampMs } = event;
  if (newest === 0 || !isNeeded(timestampMs, kind.keeps, nowMs)) return series;
  const at = placeOf(series, event);
  if (at === 0 && timesMs.length >= newest) return series;
  const inserted: Series = {
    ...series,
    timesMs: timesMs.toSpliced(at, 0, timestampMs),
    details:
      kind.paths.length === 0 && kind.openOf === null ? NO_DETAILS : details.toSpliced(at, 0, detailOf(event, kind)),
  };
  return withoutOld(inserted, kind.keeps, nowMs);
}

/** Where the event belongs among those kept. Without details, events of one time are alike. */
function placeOf({ timesMs, details }: Series, event: ProfileEvent): number {
  const { length } = timesMs;
  const { timestampMs } = event;
  if (length === 0 || (timesMs[length - 1] as number) < timestampMs) return length;
  return firstIndex(length, (index) => {
    const timeMs = timesMs[index] as number;
    const detail = details[index];
    if (timeMs !== timestampMs || detail === undefined) return timeMs > timestampMs;
    return compareEvents({ ...detail, timestampMs }, event) > 0;
  });
}

function isNeeded(timeMs: number, { windows }: Kept, nowMs: number): boolean {
  return windows === null || windows.some(({ leavesAt }) => leavesAt === null || leavesAt(timeMs) > nowMs);
}

/** True if the event has left every window of its kind: a series that is as late as this keeps nothing of its time. */
export function isPast(
  { keeps }: SeriesKind,
  { timestampMs }: Pick<ProfileEvent, 'timestampMs'>,
  nowMs: number,
): boolean {
  return keeps.newest > 0 && !isNeeded(timestampMs, keeps, nowMs);
}

/** The series without what no answer at `nowMs` or later needs; the same object if it needs all of it. */
export function trimmed(series: Series, { keeps }: SeriesKind, nowMs: number): Series {
  const after = withoutOld(series, keeps, nowMs);
  const isTrim =
    series.count <= keeps.count &&
    (keeps.totals || series.totals === null) &&
    (keeps.first || series.first === null) &&
    (keeps.last || series.last === null);
  if (isTrim) return after;
  return {
    ...after,
    count: Math.min(series.count, keeps.count),
    totals: keeps.totals ? series.totals : null,
    first: keeps.first ? series.first : null,
    last: keeps.last ? series.last : null,
  };
}

function withoutOld(series: Series, keeps: Kept, nowMs: number): Series {
  const { timesMs, details } = series;
  const { length } = timesMs;
  if (length === 0) return series;
  const surplus = Math.max(0, length - keeps.newest);
  const first = timesMs[surplus];
  const gone =
    first === undefined || isNeeded(first, keeps, nowMs)
      ? surplus
      : firstIndex(length, (index) => isNeeded(timesMs[index] as number, keeps, nowMs));
  if (gone === 0) return series;
  return { ...series, timesMs: timesMs.slice(gone), details: details.slice(gone) };
}

/**
 * What both series counted. Commutative and associative; a series that began later replaces one that began earlier. The
 * result may have more than its kind keeps: `trimmed` cuts it.
 */
export function union(one: Series, other: Series): Series {
  if (one.since_ms !== other.since_ms) return one.since_ms > other.since_ms ? one : other;
  const { timesMs, details } = mergedEntries(one, other);
  return {
    since_ms: one.since_ms,
    timesMs,
    details,
    count: one.count + other.count,
    totals: addedTotals(one.totals, other.totals),
    first: earlier(one.first, other.first, 1),
    last: earlier(one.last, other.last, -1),
  };
}

function mergedEntries(one: Series, other: Series): Pick<Series, 'timesMs' | 'details'> {
  if (one.timesMs.length === 0) return other;
  if (other.timesMs.length === 0) return one;
  if (one.details.length === 0) {
    return { timesMs: [...one.timesMs, ...other.timesMs].sort((a, b) => a - b), details: NO_DETAILS };
  }
  const entries = [...entriesOf(one), ...entriesOf(other)].sort(compareEvents);
  return { timesMs: entries.map(({ timestampMs }) => timestampMs), details: entries.map(({ detail }) => detail) };
}

interface Entry extends EventOrderKey {
  readonly detail: Detail;
}

function entriesOf({ timesMs, details }: Series): readonly Entry[] {
  return details.map((detail, index) => ({ ...detail, timestampMs: timesMs[index] as number, detail }));
}

function earlier(a: RememberedEvent | null, b: RememberedEvent | null, sign: 1 | -1): RememberedEvent | null {
  if (a === null || b === null) return a ?? b;
  return compareEvents(a, b) * sign <= 0 ? a : b;
}

/**
 * The series as if an event had not come, to ask what the answer would be without it. Smallest, largest, first and last
 * stay: nothing remembers what they were before.
 */
export function withoutEvent(series: Series, kind: SeriesKind, event: ProfileEvent): Series {
  const { timesMs, details, totals } = series;
  const at = timesMs.findLastIndex(
    (timeMs, index) =>
      timeMs === event.timestampMs && (details[index]?.messageId ?? event.messageId) === event.messageId,
  );
  const counted = kind.keeps.totals ? totalsOf(scalarsAt(event, kind.paths)[0] ?? []) : null;
  return {
    ...series,
    timesMs: at < 0 ? timesMs : timesMs.toSpliced(at, 1),
    details: at < 0 || details.length === 0 ? details : details.toSpliced(at, 1),
    count: Math.max(0, series.count - 1),
    totals: totals === null || counted === null ? totals : withoutTotals(totals, counted),
  };
}

function detailOf(event: ProfileEvent, { paths, openOf, keepsValues }: SeriesKind): Detail {
  const { receivedAtMs, position, source, messageId } = event;
  if (openOf === null) return { receivedAtMs, position, source, messageId, scalars: scalarsAt(event, paths) };
  const place = { receivedAtMs, position, source, messageId };
  const open = openOf(event.properties);
  if (!keepsValues) return { ...place, scalars: scalarsAt(event, paths), open };
  return { ...place, scalars: [], open, whole: JSON.stringify(allValuesAt(event, paths)) };
}

function remembered(event: ProfileEvent, paths: readonly Path[]): RememberedEvent {
  const { timestampMs, receivedAtMs, position, source, messageId } = event;
  return { timestampMs, receivedAtMs, position, source, messageId, values: allValuesAt(event, paths) };
}

function allValuesAt({ properties }: ProfileEvent, paths: readonly Path[]): RememberedEvent['values'] {
  return paths.map((path) => valuesAt(properties.exact, path));
}

function scalarsAt({ properties }: Pick<ProfileEvent, 'properties'>, paths: readonly Path[]): Detail['scalars'] {
  return paths.map((path) =>
    valuesAt(properties.exact, path)
      .map(scalarText)
      .filter((text) => text !== null),
  );
}
