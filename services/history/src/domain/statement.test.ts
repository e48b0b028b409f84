import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokensOf } from './lexer.ts';
import { placeAt, readStatement } from './statement.ts';

describe('a statement', () => {
  it.each([
    ['SELECT 1', 'SELECT 1'],
    ['  select 1 ; ;\n-- done', '  select 1'],
    ['(SELECT 1) UNION ALL (SELECT 2);', '(SELECT 1) UNION ALL (SELECT 2)'],
    ["SELECT ';', 'it''s; \\';', `a;b`, \"c;d\" -- ; no end", "SELECT ';', 'it''s; \\';', `a;b`, \"c;d\""],
    ['/* one; two */ WITH 1 AS x SELECT x', '/* one; two */ WITH 1 AS x SELECT x'],
    ["SELECT '$ ‘’ /* /*' -- $", "SELECT '$ ‘’ /* /*'"],
    [
      'SELECT $a$ file; $a$, ‘file’, x1, 0x1p3, /* a /* b */ */ 1',
      'SELECT $a$ file; $a$, ‘file’, x1, 0x1p3, /* a /* b */ */ 1',
    ],
    ['FROM hilo.events SELECT count()', 'FROM hilo.events SELECT count()'],
    ['EXPLAIN SELECT 1', 'EXPLAIN SELECT 1'],
    ["SELECT 'file', `files`, profile, `settings`", "SELECT 'file', `files`, profile, `settings`"],
  ])('is read from %j', (text, sql) => {
    expect(readStatement(text)).toEqual({ sql });
  });

  it.each([
    ['', 'empty', 1, 1],
    [' ;; -- nothing\n', 'empty', 1, 1],
    ['SELECT 1;\n  SELECT 2', 'several_statements', 2, 3],
    ['\nINSERT INTO hilo.events VALUES (1)', 'not_a_read', 2, 1],
    ['DROP TABLE x', 'not_a_read', 1, 1],
    ['SET max_execution_time = 0', 'not_a_read', 1, 1],
    ['KILL QUERY WHERE 1', 'not_a_read', 1, 1],
    ['/* select */ CREATE TABLE x (n Int8)', 'not_a_read', 1, 14],
    ["'select'", 'syntax', 1, 1],
    ['SELEC 1', 'syntax', 1, 1],
    ["SELECT 'open", 'syntax', 1, 8],
    ['SELECT /* open /* */', 'syntax', 1, 8],
    ["SELECT $$ ' $$, file('/etc/passwd')", 'not_allowed', 1, 17],
    ["SELECT 1 AS a$$, file('/etc/passwd')", 'not_allowed', 1, 18],
    ["SELECT ‘'’, file('/etc/passwd')", 'not_allowed', 1, 13],
    ["SELECT “'”, file('/etc/passwd')", 'not_allowed', 1, 13],
    ["SELECT /* /* */ ' */ file('/etc/passwd')", 'not_allowed', 1, 22],
    ["SELECT // '\n file('/etc/passwd')", 'not_allowed', 2, 2],
    ["SELECT #! '\n file('/etc/passwd')", 'not_allowed', 2, 2],
    ["SELECT\n file('/etc/passwd')", 'not_allowed', 2, 2],
    ["SELECT\u00a0FILE('/etc/passwd')", 'not_allowed', 1, 8],
    ["SELECT file /* */ ('/etc/passwd')", 'not_allowed', 1, 8],
    ["SELECT `file`('/etc/passwd')", 'not_allowed', 1, 8],
    ['SELECT "file"(\'/etc/passwd\')', 'not_allowed', 1, 8],
    ["SELECT “file”('/etc/passwd')", 'not_allowed', 1, 8],
    ["SELECT `fi\\x6ce`('/etc/passwd')", 'not_allowed', 1, 8],
    ["SELECT TOP 1. file('/etc/passwd')", 'not_allowed', 1, 15],
    ["SELECT TOP 1.file('/etc/passwd')", 'syntax', 1, 12],
    ["SELECT TOP 1. `file`('/etc/passwd')", 'not_allowed', 1, 15],
    ["SELECT TOP 1.e5 file('/etc/passwd')", 'not_allowed', 1, 17],
    ["SELECT TOP 0x1.p3 file('/etc/passwd')", 'not_allowed', 1, 19],
    ["SELECT TOP 1_0. file('/etc/passwd')", 'not_allowed', 1, 17],
    ["SELECT TOP .5 file('/etc/passwd')", 'not_allowed', 1, 15],
    ["SELECT arrayMap(file, ['/etc/passwd'])", 'not_allowed', 1, 17],
    ["SELECT '/etc/passwd' AS a, * APPLY file", 'not_allowed', 1, 36],
    ['SELECT 1 SETTINGS max_threads = 64', 'not_allowed', 1, 10],
    ['SELECT 1, 1. SETTINGS max_memory_usage = 0, readonly = 0', 'not_allowed', 1, 14],
    ['SELECT x.\nsettings', 'not_allowed', 2, 1],
    ['SELECT * FROM (SELECT 1 settings max_threads = 64)', 'not_allowed', 1, 25],
    ["SELECT {f:Identifier}('/etc/passwd')", 'not_allowed', 1, 11],
    ["SELECT {f /* */ : -- x\n Identifier}('/etc/passwd')", 'not_allowed', 2, 2],
    ['SELECT properties.file::String', 'not_allowed', 1, 19],
  ])('is not %j', (text, reason, line, column) => {
    expect(readStatement(text)).toEqual({ reason, place: { line, column } });
  });

  it('never ends inside of a quoted text', () => {
    fc.assert(
      fc.property(fc.string(), (content) => {
        const sql = `SELECT '${content.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
        expect(readStatement(`${sql};`)).toEqual({ sql });
      }),
    );
  });

  // With time that grows with the square of the length, each of these would take minutes.
  it.each([
    ['escapes in an open quote', (n: number) => `"${'\\a'.repeat(n)}`],
    ['open quotes', (n: number) => `${"'".repeat(n)}"`],
    ['open comments', (n: number) => '/*'.repeat(n)],
    ['signs of a comment', (n: number) => '/*/'.repeat(n)],
    ['dollar signs with other names', (n: number) => Array.from({ length: n / 4 }, (_, i) => `$${i} `).join('')],
    ['digits', (n: number) => '1_'.repeat(n)],
    ['letters in exponents', (n: number) => '1e+'.repeat(n)],
    ['dots', (n: number) => '.'.repeat(n)],
    ['curly quotes', (n: number) => '‘'.repeat(n)],
  ])(
    'is read in time that grows with its length: %s',
    (_, textOf) => {
      const text = textOf(150_000);
      expect([...tokensOf(text)].at(-1)?.to).toBe(text.length);
      expect(Object.keys(readStatement(text)).length).toBeGreaterThan(0);
    },
    20_000,
  );
});

it('a place behind the end is the end', () => {
  expect(placeAt('a\nbc', 99)).toEqual({ line: 2, column: 3 });
});
