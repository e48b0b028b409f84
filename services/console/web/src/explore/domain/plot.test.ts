import { describe, expect, it } from 'vitest';
import { kindOf, numberOf, secondsOf } from './answer.ts';
import { figureOf, PLOT_LIMITS, plotOf } from './plot.ts';

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

  it('have numbers that came as texts, and times in UTC', () => {
    expect([numberOf('12.5'), numberOf(3), numberOf('nan'), numberOf(''), numberOf(null)]).toEqual([
      ...[12.5, 3, null, null, null],
    ]);
    expect(secondsOf('2026-01-02')).toBe(Date.UTC(2026, 0, 2) / 1000);
    expect(secondsOf('2026-01-02 03:04:05.500')).toBe(Date.UTC(2026, 0, 2, 3, 4, 5, 500) / 1000);
    expect([secondsOf('x'), secondsOf(7)]).toEqual([null, null]);
  });
});

describe('the picture of an answer', () => {
  it('has a line for each number over time', () => {
    const rows = [
      ['2026-01-02', '5', '1.50'],
      ['2026-01-01', '3', null],
    ];
    expect(plotOf({ columns: [DAY, ORDERS, REVENUE], rows })).toMatchObject({
      kind: 'time',
      times_s: [Date.UTC(2026, 0, 1) / 1000, Date.UTC(2026, 0, 2) / 1000],
      series: [
        { name: 'orders', values: [3, 5] },
        { name: 'revenue', values: [null, 1.5] },
      ],
    });
  });

  it('has a line for each of the largest groups', () => {
    const groups = Array.from({ length: 9 }, (_, n) => ['2026-01-01', `c${n}`, n]);
    const plot = plotOf({ columns: [DAY, COUNTRY, ORDERS], rows: [...groups, ['2026-01-02', 'c8', 1]] });
    expect(plot).toMatchObject({ kind: 'time', left_out: 9 - PLOT_LIMITS.series });
    expect(plot?.kind === 'time' ? plot.series[0] : null).toEqual({ name: 'c8', values: [8, 1] });
  });

  it('has a bar for each name, or each number without names', () => {
    const rows = [
      ['France', '7'],
      [null, '2'],
    ];
    expect(plotOf({ columns: [COUNTRY, ORDERS], rows })).toEqual({
      kind: 'bars',
      name: 'orders',
      bars: [
        { label: 'France', value: 7 },
        { label: '–', value: 2 },
      ],
      left_out: 0,
    });
    expect(plotOf({ columns: [ORDERS, REVENUE], rows: [[1, '2.5']] })).toMatchObject({
      bars: [{ label: '1', value: 2.5 }],
    });
  });

  it('is none without numbers or rows', () => {
    expect(plotOf({ columns: [DAY, COUNTRY], rows: [['2026-01-01', 'a']] })).toBeNull();
    expect(plotOf({ columns: [DAY, ORDERS], rows: [] })).toBeNull();
    expect(plotOf({ columns: [ORDERS], rows: [[1]] })).toBeNull();
  });

  it('of one number is that number', () => {
    expect(figureOf({ columns: [COUNTRY, REVENUE], rows: [['x', '12.50']] })).toBe(12.5);
    expect(figureOf({ columns: [COUNTRY], rows: [['x']] })).toBeNull();
    expect(figureOf({ columns: [REVENUE], rows: [] })).toBeNull();
  });
});
