import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from './read-csv.ts';
import { readListCsv } from './read-list-csv.ts';
import { LIST_LIMITS } from './static-list.ts';

const cellsOf = (text: string) => {
  const read = readCsv(text);
  return read.kind === 'rows' ? read.rows.map((row) => row.map((cell) => cell.text)) : read.fault;
};

describe('a CSV', () => {
  it.each<[string, unknown]>([
    [
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      '\uFEFFa,b\r\n\r\nc,\r\n',
      [
        ['a', 'b'],
        ['c', ''],
      ],
    ],
    ['"a ""b"", c\nd",e\n', [['a "b", c\nd', 'e']]],
    ['', []],
    ['\n\n', []],
    ['a,', [['a', '']]],
    [',', [['', '']]],
    ['a\nb"c', { line: 2, column: 1, message: expect.stringContaining('quote inside') }],
    ['a\n"x\ny",b "c"', { line: 3, column: 2, message: expect.stringContaining('quote inside') }],
    ['a,"b', { line: 1, column: 2, message: expect.stringContaining('never closed') }],
    ['"a"b', { line: 1, column: 1, message: expect.stringContaining('closing quote') }],
  ])('%j is read', (text, expected) => {
    expect(cellsOf(text)).toEqual(expected);
  });

  it('gives back whatever was written with quotes', () => {
    const rows = fc.array(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 2 }), { maxLength: 4 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (written, end) => {
        const text = written.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join(end);
        expect(cellsOf(text)).toEqual(written);
      }),
    );
  });
});

const UNTIL_MS = Date.UTC(2026, 11, 31, 23);

describe('the CSV of a static list', () => {
  it('names identifiers of any type, with and without an end', () => {
    const csv = 'until,Type,value\n2026-12-31T23:00:00Z,user_id,u1\n,email, Ann@Example.com \n';
    expect(readListCsv(csv)).toEqual({
      kind: 'entries',
      entries: [
        { identifier: { type: 'user_id', value: 'u1' }, until_ms: UNTIL_MS },
        { identifier: { type: 'email', value: 'ann@example.com' }, until_ms: null },
      ],
    });
  });

  it.each<[string, readonly (readonly [number, number, string])[]]>([
    ['', [[1, 1, 'type and value is missing']]],
    ['value\nu1', [[1, 1, 'type is missing']]],
    ['type,value,vip', [[1, 3, 'must be type, value or until']]],
    ['type,value,value', [[1, 3, 'second column value']]],
    [
      'type,value\nphone,1\nuser_id,guest\nuser_id',
      [
        [2, 1, 'user_id, email'],
        [3, 2, 'a user_id of one person'],
        [4, 1, 'has 2'],
      ],
    ],
    ['type,value,until\nuser_id,u1,soon', [[2, 3, 'a moment']]],
  ])('%j is refused by line and column', (csv, expected) => {
    const read = readListCsv(csv);
    const faults = read.kind === 'faults' ? read.faults : [];
    expect(faults).toEqual(
      expected.map(([line, column, message]) => ({ line, column, message: expect.stringContaining(message) })),
    );
  });

  it('has a bound, and names so many faults at most', () => {
    const lines = (count: number, line: string) => `type,value\n${`${line}\n`.repeat(count)}`;
    expect(readListCsv(lines(LIST_LIMITS.lines, 'user_id,u'))).toMatchObject({ kind: 'entries' });
    expect(readListCsv(lines(LIST_LIMITS.lines + 1, 'user_id,u'))).toMatchObject({
      faults: [{ line: LIST_LIMITS.lines + 2, column: 1 }],
    });
    expect(readListCsv(lines(30, 'x,u'))).toMatchObject({ faults: { length: 20 } });
  });
});
