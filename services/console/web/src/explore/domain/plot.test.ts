import { describe, expect, it } from 'vitest';
import { zoneNamed } from '../../language/zone.ts';
import { type Answer, kindOf, numberOf, secondsOf, zoneOf } from './answer.ts';
import { countedColumns } from './counted-columns.ts';
import { figureOf, PLOT_LIMITS, plotOf } from './plot.ts';

const UTC = zoneNamed('UTC');
const MADRID = zoneNamed('Europe/Madrid');
const NOTHING_COUNTS = { zone: UTC, counted: new Set<string>() };
const plot = (answer: Pick<Answer, 'columns' | 'rows'>) => plotOf(answer, NOTHING_COUNTS);

const DAY = { name: 'day', type: 'Date' };
const COUNTRY = { name: 'country', type: 'LowCardinality(Nullable(String))' };
const ORDERS = { name: 'orders', type: 'UInt64' };
const REVENUE = { name: 'revenue', type: 'Decimal(38, 2)' };

describe('columns', () => {
  it.each([
    ['UInt8', 'number'],
    ['Nullable(Float64)', 'number'],
    ['LowCardinality(Nullable(Int32))', 'number'],
    ['Decimal(38, 2)', 'number'],
    ['SimpleAggregateFunction(max, UInt64)', 'number'],
    ["DateTime64(3, 'UTC')", 'time'],
    ['Nullable(Date32)', 'time'],
    ['DateTime', 'time'],
    ['String', 'text'],
    ['LowCardinality(String)', 'text'],
    ['Array(UInt8)', 'text'],
    ['JSON(max_dynamic_paths=256)', 'text'],
    ['Bool', 'text'],
  ])('of type %s hold a %s', (type, kind) => {
    expect(kindOf(type)).toBe(kind);
  });

  it('have numbers that came as texts, and texts that are no times', () => {
    expect([numberOf('12.5'), numberOf(3), numberOf('nan'), numberOf(''), numberOf(null)]).toEqual([
      ...[12.5, 3, null, null, null],
    ]);
    expect([secondsOf('x', 'Date', UTC), secondsOf(7, 'Date', UTC)]).toEqual([null, null]);
  });
});

it('columns of times say their zone', () => {
  const types = ['DateTime', "DateTime64(3, 'Asia/Kolkata')", "Nullable(DateTime('UTC'))", 'Date', 'String'];
  expect(types.map(zoneOf)).toEqual(['UTC', 'Asia/Kolkata', 'UTC', null, null]);
});

describe('a time', () => {
  it.each([
    ['2026-01-02', 'Date', '2026-01-01T23:00:00.000Z'],
    ['2026-07-02', 'Nullable(Date32)', '2026-07-01T22:00:00.000Z'],
    ['2026-01-02 03:04:05.500', 'DateTime64(3)', '2026-01-02T03:04:05.500Z'],
    ['2026-01-02 03:04:05.500', "DateTime64(3, 'UTC')", '2026-01-02T03:04:05.500Z'],
    ['2026-01-02 03:04:05', "Nullable(DateTime('Asia/Kolkata'))", '2026-01-01T21:34:05.000Z'],
    ['2026-01-02 03:04:05', "DateTime('America/New_York')", '2026-01-02T08:04:05.000Z'],
  ])('%s of type %s is %s, in a workspace in Madrid', (value, type, instant) => {
    expect(new Date((secondsOf(value, type, MADRID) as number) * 1000).toISOString()).toBe(instant);
  });
});

describe('the picture of an answer', () => {
  it('has zeros where what counts has no row, and gaps where nothing is known', () => {
    const sql = 'SELECT toDate(t) AS day, count() AS orders, avg(x) AS mean FROM hilo.event_rows GROUP BY day';
    const columns = [DAY, ORDERS, { name: 'mean', type: 'Float64' }];
    const rows = [
      ['2026-03-28', '5', 2],
      ['2026-03-30', '1', 4],
    ];
    expect(plotOf({ columns, rows }, { zone: MADRID, counted: countedColumns(sql) })).toMatchObject({
      step: { unit: 'day', count: 1 },
      timesS: ['2026-03-27T23:00Z', '2026-03-28T23:00Z', '2026-03-29T22:00Z'].map((iso) => Date.parse(iso) / 1000),
      series: [
        { name: 'orders', values: [5, 0, 1] },
        { name: 'mean', values: [2, null, 4] },
      ],
    });
  });

  it('has zeros for groups that lack a step, and both of an hour that comes twice', () => {
    const columns = [{ name: 'hour', type: "DateTime('UTC')" }, COUNTRY, ORDERS];
    const rows = [
      ['2026-10-25 00:00:00', 'France', '3'],
      ['2026-10-25 01:00:00', 'Spain', '4'],
      ['2026-10-25 03:00:00', 'Spain', '4'],
    ];
    expect(plotOf({ columns, rows }, { zone: MADRID, counted: new Set(['orders']) })).toMatchObject({
      series: [
        { name: 'Spain', values: [0, 4, 0, 4] },
        { name: 'France', values: [3, 0, 0, 0] },
      ],
    });
  });

  it('has no more points than rows where they follow no step, or over too many', () => {
    const time = { name: 'at', type: "DateTime64(3, 'UTC')" };
    const rows = [
      ['2026-01-01 00:00:00.123', 1],
      ['2026-01-05 07:08:09.456', 2],
    ];
    expect(plot({ columns: [time, ORDERS], rows })).toMatchObject({ step: null, series: [{ values: [1, 2] }] });
    const apart = [
      ['1990-01-01 00:00:01', 1],
      ['2026-01-01 00:00:00', 2],
    ];
    expect(plot({ columns: [time, ORDERS], rows: apart })).toMatchObject({ step: null, series: [{ values: [1, 2] }] });
  });

  it('has a line for each number over time', () => {
    const rows = [
      ['2026-01-02', '5', '1.50'],
      ['2026-01-01', '3', null],
    ];
    expect(plot({ columns: [DAY, ORDERS, REVENUE], rows })).toMatchObject({
      kind: 'time',
      timesS: [Date.UTC(2026, 0, 1) / 1000, Date.UTC(2026, 0, 2) / 1000],
      series: [
        { name: 'orders', values: [3, 5] },
        { name: 'revenue', values: [null, 1.5] },
      ],
    });
  });

  it('has a line for each of the largest groups', () => {
    const groups = Array.from({ length: 9 }, (_, n) => ['2026-01-01', `c${n}`, n]);
    const made = plot({ columns: [DAY, COUNTRY, ORDERS], rows: [...groups, ['2026-01-02', 'c8', 1]] });
    expect(made).toMatchObject({ kind: 'time', left_out: 9 - PLOT_LIMITS.series });
    expect(made?.kind === 'time' ? made.series[0] : null).toEqual({ name: 'c8', values: [8, 1] });
  });

  it('has a bar for each name, or each number without names', () => {
    const rows = [
      ['France', '7'],
      [null, '2'],
    ];
    expect(plot({ columns: [COUNTRY, ORDERS], rows })).toEqual({
      kind: 'bars',
      name: 'orders',
      bars: [
        { label: 'France', value: 7 },
        { label: '–', value: 2 },
      ],
      left_out: 0,
    });
    expect(plot({ columns: [ORDERS, REVENUE], rows: [[1, '2.5']] })).toMatchObject({
      bars: [{ label: '1', value: 2.5 }],
    });
  });

  it('is none without numbers or rows', () => {
    expect(plot({ columns: [DAY, COUNTRY], rows: [['2026-01-01', 'a']] })).toBeNull();
    expect(plot({ columns: [DAY, ORDERS], rows: [] })).toBeNull();
    expect(plot({ columns: [ORDERS], rows: [[1]] })).toBeNull();
  });

  it('of one number is that number', () => {
    expect(figureOf({ columns: [COUNTRY, REVENUE], rows: [['x', '12.50']] })).toBe(12.5);
    expect(figureOf({ columns: [COUNTRY], rows: [['x']] })).toBeNull();
    expect(figureOf({ columns: [REVENUE], rows: [] })).toBeNull();
  });
});
