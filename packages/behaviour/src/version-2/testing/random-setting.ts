import { fixedMs, readDuration } from '../../language/duration.ts';
import { windowOf } from '../../time/window.ts';
import type { Zone } from '../../time/zone.ts';
import { zoneOf } from './case.ts';
import type { Random } from './random.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Where and when a random case takes place, and how long its windows are. */
export interface Setting {
  readonly zoneName: string;
  readonly zone: Zone;
  /** What all times lie around. */
  readonly anchorMs: number;
  /** How far before the anchor events lie. */
  readonly spanMs: number;
  /** Lengths of windows. */
  readonly lengths: readonly string[];
  /** Lengths in sequences. */
  readonly stepLengths: readonly string[];
  readonly calendarWindows: readonly string[];
  readonly periods: readonly string[];
  /** Pairs for windows between two lengths ago. */
  readonly between: readonly (readonly [from: string, to: string])[];
}

/** Zones, with moments near which clocks change, months end or years begin. */
const PLACES: readonly (readonly [zone: string, anchors: readonly string[]])[] = [
  [
    'UTC',
    [
      '2026-03-10T12:00:00Z',
      '2024-02-29T12:00:00Z',
      '2025-03-01T00:00:00Z',
      '2025-03-01T12:00:00Z',
      '2026-01-01T00:00:00Z',
    ],
  ],
  ['Europe/Berlin', ['2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z', '2026-05-31T22:00:00Z', '2026-02-28T12:00:00Z']],
  ['America/New_York', ['2026-03-08T07:00:00Z', '2026-11-01T06:00:00Z', '2026-07-01T04:00:00Z']],
  ['Australia/Lord_Howe', ['2026-04-04T15:00:00Z', '2026-10-03T15:30:00Z']],
];

type Scale = Pick<Setting, 'spanMs' | 'lengths' | 'stepLengths' | 'calendarWindows' | 'periods' | 'between'>;

const SCALES: readonly Scale[] = [
  {
    spanMs: 180 * MINUTE_MS,
    lengths: ['90s', '10m', '10m', '1h', '2h'],
    stepLengths: ['90s', '10m', '1h'],
    calendarWindows: ['today', 'yesterday'],
    periods: ['1d'],
    between: [
      ['1h', '10m'],
      ['2h', '1h'],
    ],
  },
  {
    spanMs: 16 * DAY_MS,
    lengths: ['12h', '24h', '1d', '2d', '7d', '1w'],
    stepLengths: ['24h', '1d', '2d', '1w'],
    calendarWindows: ['today', 'yesterday', 'this week', 'last week', 'this month'],
    periods: ['1d', '1w'],
    between: [
      ['7d', '1d'],
      ['2d', '24h'],
      ['2w', '1w'],
    ],
  },
  {
    spanMs: 480 * DAY_MS,
    lengths: ['30d', '90d', '1mo', '3mo', '1y'],
    stepLengths: ['7d', '30d', '12w'],
    calendarWindows: ['this month', 'last month', 'this quarter', 'last quarter', 'this year', 'last year'],
    periods: ['1mo', '1y'],
    between: [
      ['90d', '30d'],
      ['1y', '1mo'],
    ],
  },
];

export function randomSetting(random: Random): Setting {
  const [zoneName, anchors] = random.pick(PLACES);
  const zone = zoneOf(zoneName);
  return { zoneName, zone, anchorMs: Date.parse(random.pick(anchors)), ...random.pick(SCALES) };
}

/** The moment at which a time leaves a window. */
export function later({ zone }: Setting, length: string, timeMs: number): number {
  return windowOf(readDuration(length) ?? { length: 1, unit: 'h' }, zone).leavesAt(timeMs);
}

/** About the time that leaves a window at a moment. */
export function earlier({ zone }: Setting, length: string, timeMs: number): number {
  const duration = readDuration(length) ?? { length: 1, unit: 'h' };
  const fixed = fixedMs(duration);
  if (fixed !== null) return timeMs - fixed;
  const local = new Date(zone.localOf(timeMs));
  if (duration.unit === 'd') local.setUTCDate(local.getUTCDate() - duration.length);
  if (duration.unit === 'w') local.setUTCDate(local.getUTCDate() - 7 * duration.length);
  if (duration.unit === 'mo') local.setUTCMonth(local.getUTCMonth() - duration.length);
  if (duration.unit === 'y') local.setUTCFullYear(local.getUTCFullYear() - duration.length);
  return zone.instantOf(local.getTime());
}

/** A time before the anchor, or shortly after it. Some are the very start of a local day. */
export function randomTime(random: Random, { anchorMs, spanMs, zone }: Setting): number {
  const ageMs = random.chance(0.06) ? -random.whole(1, 60) * MINUTE_MS : spanMs * random.next() ** 2;
  const timeMs = Math.floor((anchorMs - ageMs) / 1_000) * 1_000;
  if (!random.chance(0.2)) return timeMs;
  return zone.instantOf(Math.floor(zone.localOf(timeMs) / DAY_MS) * DAY_MS) - random.pick([0, 0, 1]);
}

const ODD_DATES = [
  ...['1992-02-29', '2024-02-29', '2023-03-01', '2025-02-28'],
  ...['2026-02-30', '2026-3-1', '2026-03-01T10:00:00'],
];

/** A day or an instant, as documents write them. */
export function randomDate(random: Random, setting: Setting): string {
  const { zone, anchorMs } = setting;
  if (random.chance(0.15)) return random.pick(ODD_DATES);
  const timeMs = random.chance(0.6)
    ? randomTime(random, setting)
    : anchorMs + random.whole(-5, 40) * DAY_MS + random.pick([0, 0, 3_600_000]);
  const years = random.chance(0.3) ? random.whole(1, 40) : 0;
  if (random.chance(0.6)) {
    const day = new Date(zone.localOf(timeMs)).toISOString().slice(4, 10);
    const year = new Date(timeMs).getUTCFullYear() - years;
    return `${year}${day}`;
  }
  return new Date(timeMs + 7_200_000).toISOString().replace('Z', random.pick(['+02:00', '+02:00', '999+02:00']));
}
