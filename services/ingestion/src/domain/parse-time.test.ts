import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EARLIEST_MS, LATEST_MS, parseTime } from './parse-time.ts';

const TEN_MS = Date.UTC(2026, 10, 30, 10);

describe('parseTime', () => {
  it.each([
    ['ISO 8601', '2026-11-30T10:00:00.000Z', TEN_MS],
    ['without a fraction', '2026-11-30T10:00:00Z', TEN_MS],
    ['without seconds', '2026-11-30T10:00Z', TEN_MS],
    ['with a space, without a zone', '2026-11-30 10:00:00', TEN_MS],
    ['with a T, without a zone', '2026-11-30T10:00:00', TEN_MS],
    ['finer digits are cut', '2026-11-30T10:00:00.123987+00:00', TEN_MS + 123],
    ['more digits than a clock has', `2026-11-30T10:00:00.${'1'.repeat(30)}Z`, TEN_MS + 111],
    ['a comma', '2026-11-30T10:00:00,5Z', TEN_MS + 500],
    ['offsets in every form', '2026-11-30T12:00:00+0200', TEN_MS],
    ['an offset of hours', '2026-11-30T12:00:00+02', TEN_MS],
    ['an offset west, of half an hour', '2026-11-30T04:30:00-05:30', TEN_MS],
    ['an offset with a minus sign', '2026-11-30T05:00:00\u221205:00', TEN_MS],
    ['an unknown offset of RFC 3339', '2026-11-30T10:00:00-00:00', TEN_MS],
    ['lower case', '2026-11-30t10:00:00z', TEN_MS],
    ['a space before the zone', '2026-11-30 10:00:00 +0000', TEN_MS],
    ['a named zone', '2026-11-30 10:00:00 UTC', TEN_MS],
    ['a stray colon before the zone', '2026-11-30T10:00:27.029:Z', TEN_MS + 27_029],
    ['a colon before the milliseconds', '2026-11-30T10:00:27:029Z', TEN_MS + 27_029],
    ['spaces around', ' \t2026-11-30T10:00:00Z \n', TEN_MS],
    ['slashes, the year first', '2026/11/30 10:00:00', TEN_MS],
    ['one digit for the day', '2026-12-1T9:05:00Z', Date.UTC(2026, 11, 1, 9, 5)],
    ['a date', '2026-11-30', Date.UTC(2026, 10, 30)],
    ['a leap day', '2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['a leap second', '2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['the end of a day', '2026-11-30T24:00:00Z', Date.UTC(2026, 11, 1)],
    ['a year with a sign', '+002026-11-30T10:00:00.000Z', TEN_MS],
    ['basic', '20261130T100000Z', TEN_MS],
    ['basic, with a fraction and an offset', '20261130T110000.250+0100', TEN_MS + 250],
    ['basic, without seconds', '20261130T1000Z', TEN_MS],
    ['Go', '2026-11-30 11:00:00.123456789 +0100 CET m=+0.000100001', TEN_MS + 123],
    ['Go without a name for the zone', '2026-11-30 07:00:00 -0300 -03', TEN_MS],
    ['Go in UTC', '2026-11-30 10:00:00.5 +0000 UTC', TEN_MS + 500],
    ['Java', '2026-11-30T11:00:00+01:00[Europe/Paris]', TEN_MS],
    ['Java in UTC', '2026-11-30T10:00:00Z[UTC]', TEN_MS],
    ['JavaScript', 'Mon Nov 30 2026 11:00:00 GMT+0100 (Central European Standard Time)', TEN_MS],
    ['C', 'Mon Nov 30 10:00:00 2026', TEN_MS],
    ['C, with a day of one digit', 'Tue Dec  1 10:00:00 2026', TEN_MS + 86_400_000],
    ['date(1)', 'Mon Nov 30 10:00:00 UTC 2026', TEN_MS],
    ['RFC 1123', 'Mon, 30 Nov 2026 10:00:00 GMT', TEN_MS],
    ['RFC 2822', '30 Nov 2026 05:00 EST', TEN_MS],
    ['RFC 2822 with an offset and a comment', 'Mon, 30 Nov 2026 11:00:00 +0100 (CET)', TEN_MS],
    ['RFC 850', 'Monday, 30-Nov-26 10:00:00 GMT', TEN_MS],
    ['RFC 850 of the last century', 'Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['a cookie’s date', 'Mon, 30-Nov-2026 10:00:00 GMT', TEN_MS],
    ['seconds', String(TEN_MS / 1000), TEN_MS],
    ['seconds with a fraction', `${TEN_MS / 1000}.0299`, TEN_MS + 29],
    ['milliseconds', `${TEN_MS}`, TEN_MS],
    ['milliseconds with a fraction', `${TEN_MS}.7`, TEN_MS],
    ['microseconds', `${TEN_MS}999`, TEN_MS],
    ['nanoseconds', `${TEN_MS}999999`, TEN_MS],
    ['seconds before 1970', '-1000000000', -1_000_000_000_000],
    ['milliseconds before 1970', '-1000000000000', -1_000_000_000_000],
    ['microseconds before 1970', '-1000000000000001', -1_000_000_000_001],
    ['1970, the same in every unit', '0', 0],
  ])('reads %s', (_name, text, timeMs) => {
    expect(parseTime(text)).toBe(timeMs);
  });

  it.each([
    ...['', ' ', 'now', '-', '+', '.', 'Infinity', 'NaN', '0x7fffffff', '1e12', 'yesterday', '10:00', 'T10:00:00Z'],
    // Two readings or more.
    ...[
      '1',
      '42',
      '2026',
      '-1',
      '20261130',
      '99999999',
      '22.11.2026',
      '11/30/2026',
      '30/11/2026',
      '26-11-30',
      '2026-11',
    ],
    ...['30 Nov 26 10:00:00 GMT', '2026-11-30 10:00:00 IST', '2026-11-30 10:00:00 PM', 'Nov 30 10:00:00 2026'],
    // Contradictions, and what no calendar or clock shows.
    ...['Tue, 30 Nov 2026 10:00:00 GMT', 'Fri Nov 30 10:00:00 2026', 'Wednesday, 30-Nov-26 10:00:00 GMT'],
    ...['2026-02-30T00:00:00Z', '2023-02-29', '2100-02-29', '2026-04-31', '2026-13-01', '2026-00-01', '2026-01-00'],
    ...['2026-11-30T25:00:00Z', '2026-11-30T24:00:01Z', '2026-11-30T24:00:00.001Z', '2026-11-30T10:60:00Z'],
    ...['2026-11-30T10:00:61Z', '2026-11-30T10:00:00+25:00', '2026-11-30T10:00:00+01:60', '2026-11-30T10:00:00.Z'],
    ...[
      '2026-11-30T',
      '2026-11-30TZ',
      '2026-11-30Z',
      '2026-11/30',
      '2026-11-30T10:00:00Zz',
      '2026-11-30T10:00:00 +01 x',
    ],
    // Outside of what every store holds.
    ...['0000-01-01', '0001-01-01T00:00:00Z', '0026-11-30T00:00:00Z', '1900-12-31T23:59:59Z', '2300-01-01T00:00:00Z'],
    ...[
      '9999-12-31T23:59:59.999Z',
      '+012026-11-30T10:00:00.000Z',
      '-000001-01-01T00:00:00Z',
      '12026-11-30',
      '99999999999',
    ],
    ...['1'.repeat(20), '1'.repeat(200), `2026-11-30T10:00:00Z${' '.repeat(100)}`],
  ])('has no time for %j', (text) => {
    expect(parseTime(text)).toBeNull();
  });

  it('reads every moment that an event may have, as JavaScript and RFC 3339 write it', () => {
    const moment = fc.oneof(
      fc.integer({ min: EARLIEST_MS, max: LATEST_MS }),
      fc.constantFrom(EARLIEST_MS, LATEST_MS, 0, -1, Date.UTC(2024, 1, 29), Date.UTC(2000, 1, 28, 23, 59, 59, 999)),
    );
    fc.assert(
      fc.property(moment, fc.integer({ min: -1439, max: 1439 }), (timeMs, zone) => {
        expect(parseTime(new Date(timeMs).toISOString())).toBe(timeMs);
        const local = new Date(timeMs + zone * 60_000).toISOString().slice(0, -1);
        const two = (part: number) => String(part).padStart(2, '0');
        const [hours, minutes] = [Math.floor(Math.abs(zone) / 60), Math.abs(zone) % 60];
        const text = `${local}${zone < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`;
        if (text.length === 29) expect([text, parseTime(text)]).toEqual([text, Date.parse(text)]);
        expect(parseTime(new Date(timeMs).toUTCString())).toBe(Math.floor(timeMs / 1000) * 1000);
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with Date on every text of the form of RFC 3339, whether there is such a day or not', () => {
    const two = (max: number) => fc.integer({ min: 0, max }).map((part) => String(part).padStart(2, '0'));
    const years = fc.integer({ min: 1902, max: 2298 }).map(String);
    fc.assert(
      fc.property(
        fc.tuple(years, two(14), two(33), two(26), two(61), two(59)),
        ([year, month, day, hour, minute, second]) => {
          const date = `${year}-${month}-${day}`;
          const text = `${date}T${hour}:${minute}:${second}.250Z`;
          const there = new Date(`${date}T00:00:00Z`);
          // Date moves 30 February to March.
          const exists = !Number.isNaN(there.getTime()) && there.toISOString().startsWith(date);
          const expected = exists ? Date.parse(text) : Number.NaN;
          expect([text, parseTime(text)]).toEqual([text, Number.isNaN(expected) ? null : expected]);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('answers any text with a whole number of milliseconds in its range, or null', () => {
    const any = fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
      .map((letters) => String.fromCharCode(...letters));
    const near = fc
      .tuple(
        fc.constantFrom('2026-11-30T10:00:00.000Z', 'Mon, 30 Nov 2026 10:00:00 GMT', '1764496800', '20261130T100000Z'),
        fc.array(fc.tuple(fc.nat(40), fc.constantFrom('', ' ', '0', '9', '-', ':', 'T', '.', '+', '\0', '\ud83d')), {
          maxLength: 4,
        }),
      )
      .map(([text, edits]) =>
        edits.reduce<string>((now, [at, part]) => now.slice(0, at) + part + now.slice(at + 1), text),
      );
    fc.assert(
      fc.property(fc.oneof(any, near), (text) => {
        const timeMs = parseTime(text);
        expect(timeMs === null || (Number.isInteger(timeMs) && timeMs >= EARLIEST_MS && timeMs <= LATEST_MS)).toBe(
          true,
        );
      }),
      { numRuns: 1000 },
    );
  });
});
