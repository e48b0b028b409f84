import { type Language, LOCALES } from './messages.ts';
import { type Zone, zoneNamed } from './zone.ts';

/** How numbers, times and lengths of time are written. */
export interface Formats {
  readonly language: Language;
  /** A whole number, grouped. */
  count(value: number): string;
  /** A number a second or the like: whole from 10 on, one decimal below. */
  rate(value: number): string;
  /** A number with up to two decimals, grouped. */
  number(value: number): string;
  /** A number with all of its decimals, grouped. */
  exact(value: number): string;
  /** A large number in few characters, such as `1.2M`. */
  short(value: number): string;
  /** The zone that times are written in. */
  readonly zone: Zone;
  /** A mark of an axis, with so many decimals; compact: in few characters, such as `1.2M`. */
  axisNumber(value: number, decimals: number, compact: boolean): string;
  /** Date and time, to the second. Text that is no time stays as it is. */
  time(iso: string): string;
  /** Time of the day, to the second. */
  clock(iso: string): string;
  /** Day and time of it, to the minute, for axes. */
  dayClock(iso: string): string;
  /** The day alone. */
  day(iso: string): string;
  /** How long ago (or ahead) a time is, such as `5 minutes ago`. */
  ago(iso: string, nowMs: number): string;
  /** Names in a row, such as `a, b and c`. */
  list(items: readonly string[]): string;
  /** Names to choose from, such as `a, b or c`. */
  either(items: readonly string[]): string;
  /** A length of time in its largest unit, such as `12 ms`, `1.5 secs` or `3 hrs`. */
  duration(seconds: number): string;
  /** Bytes, such as `32 KB`. */
  bytes(value: number): string;
  /** By which part something has grown, such as `+12%`. */
  change(part: number): string;
  /** A part of a whole, such as `12.5%`. */
  share(part: number): string;
  /** An amount of money, with the currency's sign where it has one, such as `£1,084.14`. */
  money(value: number, currency: string): string;
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** The formats of a language in a time zone (the browser's where none is given). */
export function formatsOf(language: Language, timeZone?: string): Formats {
  const locale = LOCALES[language];
  // Spanish leaves four digits ungrouped by default; figures in columns read better alike.
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0, useGrouping: 'always' });
  const fine = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const figures = new Intl.NumberFormat(locale, { maximumFractionDigits: 2, useGrouping: 'always' });
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone });
  const dayTime = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone });
  const dayClock = new Intl.DateTimeFormat(locale, {
    ...{ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
    timeZone,
  });
  const growth = new Intl.NumberFormat(locale, { style: 'percent', signDisplay: 'exceptZero', useGrouping: 'always' });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const conjunction = new Intl.ListFormat(locale, { type: 'conjunction' });
  const disjunction = new Intl.ListFormat(locale, { type: 'disjunction' });
  const exact = new Intl.NumberFormat(locale, { maximumFractionDigits: 20, useGrouping: 'always' });
  return {
    language,
    zone: zoneNamed(timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone),
    axisNumber: (value, decimals, isCompact) => axisText(value, decimals, isCompact, locale),
    count: (value) => whole.format(value),
    rate: (value) => (value >= 9.95 ? whole : fine).format(value),
    number: (value) => figures.format(value),
    short: (value) => compact.format(value),
    time: (iso) => dateText(iso, moment),
    clock: (iso) => dateText(iso, dayTime),
    dayClock: (iso) => dateText(iso, dayClock),
    day: (iso) => dateText(iso, day),
    ago: (iso, nowMs) => agoText(iso, nowMs, relative),
    list: (items) => conjunction.format(items),
    either: (items) => disjunction.format(items),
    exact: (value) => exact.format(value),
    duration: (seconds) => durationText(seconds, locale),
    bytes: (value) => bytesText(value, whole, fine),
    share: (part) => percent.format(part),
    change: (part) => growth.format(part),
    money: (value, currency) => moneyText(value, currency, locale),
  };
}

function moneyText(value: number, currency: string, locale: string): string {
  const figures = { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 'always' } as const;
  // What is no code of a currency is written as it came.
  if (!/^[A-Z]{3}$/.test(currency)) return `${new Intl.NumberFormat(locale, figures).format(value)} ${currency}`.trim();
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    ...figures,
  }).format(value);
}

function axisText(value: number, decimals: number, isCompact: boolean, locale: string): string {
  const small = Math.abs(value) < 1000;
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: small ? decimals : 0,
    maximumFractionDigits: Math.min(20, decimals),
    ...(isCompact && !small ? { notation: 'compact' } : { useGrouping: 'always' }),
  }).format(value === 0 ? 0 : value);
}

/** Units of time, the longest first. */
const LENGTHS: readonly (readonly [unit: string, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

function durationText(seconds: number, locale: string): string {
  const of = (value: number, unit: string, maximumFractionDigits: number) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits }).format(value);
  const length = LENGTHS.find(([, size]) => seconds >= size);
  if (length !== undefined) return of(seconds / length[1], length[0], 1);
  if (seconds <= 0) return of(0, 'second', 0);
  return of(seconds * 1000, 'millisecond', seconds < 0.01 ? 1 : 0);
}

function bytesText(value: number, whole: Intl.NumberFormat, fine: Intl.NumberFormat): string {
  if (value < 1024) return `${whole.format(value)} B`;
  const step = [1024 ** 3, 1024 ** 2].find((size) => value >= size) ?? 1024;
  const unit = step === 1024 ? 'KB' : step === 1024 ** 2 ? 'MB' : 'GB';
  return `${(value / step >= 99.5 ? whole : fine).format(value / step)} ${unit}`;
}

function dateText(iso: string, format: Intl.DateTimeFormat): string {
  const timeMs = Date.parse(iso);
  return Number.isNaN(timeMs) ? iso : format.format(timeMs);
}

function agoText(iso: string, nowMs: number, format: Intl.RelativeTimeFormat): string {
  const timeMs = Date.parse(iso);
  if (Number.isNaN(timeMs)) return iso;
  const seconds = Math.round((timeMs - nowMs) / 1000);
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return format.format(Math.trunc(seconds / size), unit);
}
