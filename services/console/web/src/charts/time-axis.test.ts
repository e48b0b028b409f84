import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zoneNamed } from '../language/zone.ts';
import { timeMarks } from './time-axis.ts';
import { bucketOf, floorTo, MARK_STEPS, next, stepsBetween } from './time-step.ts';

const ZONES = [
  ...['UTC', 'Europe/Madrid', 'America/New_York', 'Asia/Kolkata', 'Asia/Kathmandu', 'Pacific/Apia'],
  ...['Australia/Lord_Howe', 'America/Santiago', 'America/St_Johns', 'Asia/Beirut', 'Pacific/Chatham'],
];
const at = (iso: string): number => Date.parse(iso) / 1000;
const HOUR = { unit: 'second', count: 3600 } as const;
const DAY = { unit: 'day', count: 1 } as const;
const MONTH = { unit: 'month', count: 1 } as const;

describe('a zone', () => {
  it.each([
    ['Europe/Madrid', '2026-03-29T01:30:00Z', '2026-03-29T03:30:00Z'],
    ['Asia/Kolkata', '2026-01-01T00:00:00Z', '2026-01-01T05:30:00Z'],
    ['America/New_York', '2026-11-01T06:00:00Z', '2026-11-01T01:00:00Z'],
    ['Not/AZone', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
  ])('%s shows %s as %s', (name, instant, local) => {
    expect(zoneNamed(name).localOf(at(instant))).toBe(at(local));
  });

  it('leads every local time that exists to an instant that shows it, the first of two', () => {
    const instants = fc.integer({ min: at('1990-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instants, (name, instant) => {
        const zone = zoneNamed(name);
        const local = zone.localOf(instant);
        const found = zone.instantOf(local);
        expect(zone.localOf(found)).toBe(local);
        expect(found).toBeLessThanOrEqual(instant);
      }),
      { numRuns: 200 },
    );
  });
});

describe('steps', () => {
  it.each([
    ['a day of 23 hours', 'Europe/Madrid', '2026-03-28T23:00:00Z', 23],
    ['a day of 25 hours', 'Europe/Madrid', '2026-10-24T22:00:00Z', 25],
    ['a day of 25 hours', 'America/New_York', '2026-11-01T04:00:00Z', 25],
    ['a day of half hours', 'Asia/Kolkata', '2026-11-01T18:30:00Z', 24],
    ['a day without midnight', 'America/Santiago', '2026-09-06T04:00:00Z', 23],
  ])('take %s in %s as long as it is', (_what, name, start, hours) => {
    const zone = zoneNamed(name);
    const end = next(at(start), DAY, zone);
    expect((end - at(start)) / 3600).toBe(hours);
    expect(stepsBetween(at(start), end - 1, HOUR, zone, 100)).toHaveLength(hours);
  });

  it('are known by the times at which they start', () => {
    const madrid = zoneNamed('Europe/Madrid');
    const months = ['2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z'].map(at);
    expect(bucketOf(months, madrid)).toEqual(MONTH);
    expect(bucketOf(months, zoneNamed('UTC'))).toEqual(HOUR);
    expect(bucketOf(['2026-10-31T23:00:00Z'].map(at), madrid)).toEqual(DAY);
    expect(bucketOf(['2026-10-31T23:00:00Z'].map(at), madrid, 'month')).toEqual(MONTH);
    expect(bucketOf(['2026-10-30T22:00:00Z'].map(at), madrid, 'month')).toEqual(HOUR);
    expect(bucketOf(['2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z'].map(at), madrid)).toEqual(HOUR);
    expect(bucketOf([at('2026-01-01T10:11:12.5Z')], madrid)).toBeNull();
    expect(bucketOf([], madrid, 'constructor')).toBeNull();
  });

  it('follow one another without end or overlap, whatever clocks do', () => {
    const instants = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z') });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instants, fc.constantFrom(...MARK_STEPS), (name, instant, step) => {
        const zone = zoneNamed(name);
        const start = zone.instantOf(floorTo(zone.localOf(instant), step));
        const after = next(start, step, zone);
        expect(after).toBeGreaterThan(start);
        expect(next(after, step, zone)).toBeGreaterThan(after);
      }),
      { numRuns: 200 },
    );
  });

  it('are not counted out where there are too many', () => {
    expect(stepsBetween(0, 4e9, HOUR, zoneNamed('UTC'), 1000)).toBeNull();
  });
});

describe('the marks of an axis of time', () => {
  const axis = (zone: string, from: string, to: string, language: 'en' | 'es' = 'en') =>
    timeMarks({ fromS: at(from), toS: at(to), zone: zoneNamed(zone), language, most: 8, step: DAY });

  it('stand at the starts of days of the zone, and are named after them', () => {
    const marks = axis('Europe/Madrid', '2026-10-23T22:00:00Z', '2026-10-27T23:00:00Z');
    expect(marks.map(({ label }) => label)).toEqual(['24 Oct', '25 Oct', '26 Oct', '27 Oct', '28 Oct']);
    expect(marks.map((mark) => new Date(mark.at * 1000).toISOString().slice(0, 13))).toEqual([
      ...['2026-10-23T22', '2026-10-24T22', '2026-10-25T23', '2026-10-26T23', '2026-10-27T23'],
    ]);
  });

  it('are none where there is no time', () => {
    const axisOf = (fromS: number, toS: number) =>
      timeMarks({ fromS, toS, zone: zoneNamed('UTC'), language: 'en', most: 5, step: null });
    expect([axisOf(Number.NaN, 1), axisOf(0, Number.POSITIVE_INFINITY), axisOf(2, 1)]).toEqual([[], [], []]);
  });

  it('name a month at its own place: November is not in October', () => {
    for (const name of ZONES) {
      const zone = zoneNamed(name);
      const november = zone.instantOf(at('2026-11-01T00:00:00Z'));
      const december = zone.instantOf(at('2026-12-01T00:00:00Z'));
      const marks = timeMarks({ ...{ fromS: november, toS: december, zone, language: 'en' }, most: 6, step: MONTH });
      expect(marks).toEqual([
        { at: november, label: 'Nov 2026' },
        { at: december, label: 'Dec 2026' },
      ]);
    }
  });

  it('of one day name it once, in either language', () => {
    const [from, to] = ['2026-01-01T00:00:00Z', '2026-01-01T23:59:59Z'];
    expect(axis('UTC', from, to).map(({ label }) => label)).toEqual(['1 Jan']);
    expect(axis('UTC', from, to, 'es').map(({ label }) => label)).toEqual(['1 ene']);
  });

  it('are in order, within the axis, no more than have room, and no two have one name', () => {
    const starts = fc.integer({ min: at('1995-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z') });
    const spans = fc.oneof(fc.integer({ min: 1, max: 7_200 }), fc.integer({ min: 1, max: 40 * 365 * 86_400 }));
    const steps = fc.constantFrom(null, HOUR, DAY, { unit: 'day', count: 7 } as const, MONTH);
    const languages = fc.constantFrom('en' as const, 'es' as const);
    fc.assert(
      fc.property(
        ...([fc.constantFrom(...ZONES), starts, spans, fc.integer({ min: 1, max: 20 }), steps, languages] as const),
        (name, fromS, span, most, step, language) => {
          const toS = fromS + span;
          const marks = timeMarks({ fromS, toS, zone: zoneNamed(name), language, most, step });
          expect(marks.length).toBeGreaterThan(0);
          expect(marks.length).toBeLessThanOrEqual(most);
          expect(new Set(marks.map(({ label }) => label)).size).toBe(marks.length);
          const places = marks.map((mark) => mark.at);
          expect(places).toEqual(places.toSorted((a, b) => a - b));
          expect(Math.min(...places)).toBeGreaterThanOrEqual(fromS);
          expect(Math.max(...places)).toBeLessThanOrEqual(toS);
        },
      ),
      { numRuns: 200 },
    );
  });
});
