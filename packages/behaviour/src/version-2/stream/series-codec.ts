import { parseJson } from '@hilo/exact-json';
import type { OpenValues } from './open-tests.ts';
import type { Detail, RememberedEvent, Series } from './series.ts';
import type { Totals } from './totals.ts';

/** A series as JSON, with short names; what is empty is absent. Times are the first one and then the distances. */
export interface WrittenSeries {
  /** When it began. */
  readonly b: number;
  readonly t?: readonly number[];
  readonly d?: readonly WrittenDetail[];
  /** The rest of each detail, if its series has tests that depend on more than the event. */
  readonly w?: readonly WrittenOpen[];
  /** Sources of the details. */
  readonly o?: readonly string[];
  readonly n?: number;
  readonly s?: readonly [count: number, sum: string, min: string, max: string];
  readonly f?: WrittenEvent;
  readonly l?: WrittenEvent;
}

/** A single scalar is written without a list. */
type WrittenDetail = readonly [
  receivedLaterMs: number,
  position: number,
  source: number,
  messageId: string,
  ...scalars: (string | readonly string[])[],
];

type WrittenOpen = readonly [open: OpenValues, whole?: string];

/** The values are JSON text, so that their numbers keep every digit. */
type WrittenEvent = readonly [
  timestampMs: number,
  receivedLaterMs: number,
  position: number,
  source: string,
  messageId: string,
  values: string,
];

/** A series as plain JSON. */
export function writtenSeries({ since_ms, timesMs, details, count, totals, first, last }: Series): WrittenSeries {
  // Written for each event of a profile: assignments cost a fraction of spreads.
  const written: { -readonly [Name in keyof WrittenSeries]: WrittenSeries[Name] } = { b: since_ms };
  if (timesMs.length > 0) written.t = distances(timesMs);
  if (details.length > 0) {
    const sources = [...new Set(details.map(({ source }) => source))];
    written.d = details.map((detail, index) => writtenDetail(detail, timesMs[index] as number, sources));
    written.o = sources;
    if (details[0]?.open !== undefined) written.w = details.map(writtenOpen);
  }
  if (count > 0) written.n = count;
  if (totals !== null) written.s = [totals.count, `${totals.sum}`, `${totals.min}`, `${totals.max}`];
  if (first !== null) written.f = writtenEvent(first);
  if (last !== null) written.l = writtenEvent(last);
  return written;
}

/** The series that was written. */
export function readSeries({ b, t = [], d = [], w = [], o = [], n = 0, s, f, l }: WrittenSeries): Series {
  const timesMs = sums(t);
  return {
    since_ms: b,
    timesMs,
    details: d.map((detail, index) => ({
      ...readDetail(detail, timesMs[index] as number, o),
      ...readOpen(w[index]),
    })),
    count: n,
    totals: s === undefined ? null : readTotals(s),
    first: f === undefined ? null : readEvent(f),
    last: l === undefined ? null : readEvent(l),
  };
}

/** The first time, and then the distances of sorted times. */
export function distances(timesMs: readonly number[]): readonly number[] {
  return timesMs.map((timeMs, index) => timeMs - (timesMs[index - 1] ?? 0));
}

/** The times of their distances. */
export function sums(steps: readonly number[]): readonly number[] {
  let timeMs = 0;
  return steps.map((step) => {
    timeMs += step;
    return timeMs;
  });
}

function writtenDetail(
  { receivedAtMs, position, source, messageId, scalars }: Detail,
  timeMs: number,
  sources: readonly string[],
): WrittenDetail {
  const texts = scalars.map((list) => (list.length === 1 ? (list[0] as string) : list));
  return [receivedAtMs - timeMs, position, sources.indexOf(source), messageId, ...texts];
}

function readDetail(
  [receivedLaterMs, position, source, messageId, ...texts]: WrittenDetail,
  timeMs: number,
  sources: readonly string[],
): Detail {
  return {
    receivedAtMs: timeMs + receivedLaterMs,
    position,
    source: sources[source] ?? '',
    messageId,
    scalars: texts.map((list) => (typeof list === 'string' ? [list] : list)),
  };
}

function writtenOpen({ open = [], whole }: Detail): WrittenOpen {
  return whole === undefined ? [open] : [open, whole];
}

function readOpen(written: WrittenOpen | undefined): Pick<Detail, 'open' | 'whole'> {
  if (written === undefined) return {};
  const [open, whole] = written;
  return whole === undefined ? { open } : { open, whole };
}

function writtenEvent(event: RememberedEvent): WrittenEvent {
  const { timestampMs, receivedAtMs, position, source, messageId, values } = event;
  return [timestampMs, receivedAtMs - timestampMs, position, source, messageId, JSON.stringify(values)];
}

function readEvent([timestampMs, receivedLaterMs, position, source, messageId, values]: WrittenEvent): RememberedEvent {
  const receivedAtMs = timestampMs + receivedLaterMs;
  return { timestampMs, receivedAtMs, position, source, messageId, values: parseJson(values) as unknown[][] };
}

function readTotals([count, sum, min, max]: NonNullable<WrittenSeries['s']>): Totals {
  return { count, sum: BigInt(sum), min: BigInt(min), max: BigInt(max) };
}
