import type { ValueNeed } from '@hilo/behaviour/version-2';
import { describe, expect, it } from 'vitest';
import { type FoundValues, warningsOf } from './preview-warnings.ts';

const NEED: ValueNeed = { field: 'condition.sum', of: 'Order', path: 'revenue', kind: 'number', isAmount: true };
const found = (rows: number, kinds: Readonly<Record<string, number>>, currencies = {}): FoundValues => ({
  ...{ rows, kinds: new Map(Object.entries(kinds)), currencies: new Map(Object.entries<number>(currencies)) },
});
const codes = (need: Partial<ValueNeed>, values: FoundValues) =>
  warningsOf({ ...NEED, ...need }, values).map(({ code }) => code);

describe('a warning', () => {
  it('names other kinds of values, with their numbers', () => {
    expect(warningsOf(NEED, found(20, { number: 7, text: 9, none: 4 }, { EUR: 7 }))).toEqual([
      {
        ...{ field: 'condition.sum', code: 'other_kinds', path: 'revenue', wanted: 'number' },
        found: [
          { value: 'text', count: 9 },
          { value: 'number', count: 7 },
        ],
      },
    ]);
  });

  it('says what was never seen: the event, or a value at the path', () => {
    expect(codes({ path: null }, found(0, {}))).toEqual(['no_events']);
    expect(codes({ path: null }, found(1, {}))).toEqual([]);
    expect(codes({}, found(0, {}))).toEqual([]);
    expect(codes({}, found(3, { none: 2, null: 1 }))).toEqual(['never_seen']);
    expect(codes({ of: null }, found(0, {}))).toEqual(['never_seen']);
    expect(codes({ kind: null }, found(3, { object: 3 }))).toEqual([]);
    expect(codes({}, found(3, { object: 3 }))).toEqual(['other_kinds']);
  });

  it('tells several currencies of amounts apart', () => {
    expect(codes({}, found(3, { number: 3 }, { EUR: 1, GBP: 2 }))).toEqual(['several_currencies']);
    expect(codes({ isAmount: false }, found(3, { number: 3 }, { EUR: 1, GBP: 2 }))).toEqual([]);
    expect(codes({}, found(3, { number: 3 }, { EUR: 3 }))).toEqual([]);
  });
});
