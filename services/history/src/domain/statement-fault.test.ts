import { describe, expect, it } from 'vitest';
import { problemOfError, problemOfFault, readException } from './statement-fault.ts';

describe('what ClickHouse says of a statement', () => {
  it('comes with the place of a syntax error, counted in characters', () => {
    const sql = "SELECT 'é'\nFORM x";
    const message =
      'Syntax error: failed at position 18 (x) (line 2, col 6): x\nFORMAT y. Expected one of: token, Dot, AS';
    expect(problemOfError('62', message, sql)).toEqual({
      reason: 'syntax',
      detail: 'Line 2, column 6: Syntax error at (x): x FORMAT y.',
    });
  });

  it('comes with the place of a name that is not known', () => {
    const { reason, detail } = problemOfError(
      '47',
      'Unknown expression identifier `revenu` in scope SELECT revenu FROM hilo.events. Maybe you meant: [revenue]',
      'SELECT\n  revenu FROM hilo.events',
    );
    expect(reason).toBe('unknown_name');
    expect(detail).toMatch(/^Line 2, column 3: /);
    const whole = problemOfError('47', 'Unknown expression identifier `even`', 'SELECT 1 FROM events\nWHERE even = 1');
    expect(whole.detail).toMatch(/^Line 2, column 7: /);
    expect(problemOfError('60', "Unknown table expression identifier 'a.(b'", 'SELECT 1 FROM a.(b').detail).toMatch(
      /^Line 1, column 15: /,
    );
  });

  it.each([
    ['497', 'not_allowed'],
    ['164', 'not_allowed'],
    ['452', 'not_allowed'],
    ['159', 'too_slow'],
    ['241', 'too_much_memory'],
    ['394', 'cancelled'],
    ['456', 'missing_parameter'],
    ['9999', 'refused'],
  ])('has a word for code %s: %s', (code, reason) => {
    expect(problemOfError(code, 'm', 'SELECT 1').reason).toBe(reason);
  });

  it('says of a FORMAT what to do with it', () => {
    const message = 'Syntax error: failed at position 21 (FORMAT) (line 2, col 1): FORMAT J.';
    expect(problemOfError('62', message, 'SELECT 1 FORMAT CSV').detail).toContain('Leave out FORMAT');
  });

  it('is bounded', () => {
    expect(problemOfError('1', 'x'.repeat(10_000), 'SELECT 1').detail.length).toBeLessThan(700);
  });

  it('is read from an answer that had begun', () => {
    const text =
      'Code: 395. DB::Exception: Value passed to throwIf is non-zero. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO) (version 26.7.3.1 (official build))';
    const expected = { code: '395', message: 'Value passed to throwIf is non-zero.' };
    expect(readException(text)).toEqual(expected);
    expect(readException(`__exception__\r\nabcdefgh\r\n${text}\n123 abcdefgh\r\n__exception__\r\n`)).toEqual(expected);
  });
});

it.each([
  [
    'Poco::Exception. Code: 1000, e.code() = 0, SSL Exception: Configuration error: no certificate file has been specified (version 26.7.2.1)',
    '1000',
    'SSL Exception: Configuration error: no certificate file has been specified',
  ],
  [
    'Poco::Exception. Code: 1000, e.code() = 13, I/O error: Permission denied (version 26.7.2.1)',
    '1000',
    'I/O error: Permission denied',
  ],
  [
    'std::exception. Code: 1001, type: std::bad_cast, e.what() = bad cast (version 26.7.2.1)',
    '1001',
    'type: std::bad_cast, e.what() = bad cast',
  ],
  ['connect ECONNREFUSED 127.0.0.1:1', '', ''],
])('what a library of ClickHouse says is read: %s', (text, code, message) => {
  expect(readException(text)).toEqual({ code, message });
});

it('a text that is no statement to run names its place', () => {
  expect(problemOfFault({ reason: 'several_statements', place: { line: 2, column: 1 } }).detail).toBe(
    'Line 2, column 1: Only one statement is run at a time.',
  );
});
