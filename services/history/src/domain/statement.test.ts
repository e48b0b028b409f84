import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeAt, readStatement } from './statement.ts';

describe('a statement', () => {
  it.each([
    ['SELECT 1', 'SELECT 1'],
    ['  select 1 ; ;\n-- done', '  select 1'],
    ['(SELECT 1) UNION ALL (SELECT 2);', '(SELECT 1) UNION ALL (SELECT 2)'],
    ["SELECT ';', 'it''s; \\';', `a;b`, \"c;d\" -- ; no end", "SELECT ';', 'it''s; \\';', `a;b`, \"c;d\""],
    ['/* one; two */ WITH 1 AS x SELECT x', '/* one; two */ WITH 1 AS x SELECT x'],
    ["SELECT '$ ‘’ /* /*' -- $", "SELECT '$ ‘’ /* /*'"],
    ['FROM hilo.events SELECT count()', 'FROM hilo.events SELECT count()'],
    ['EXPLAIN SELECT 1', 'EXPLAIN SELECT 1'],
    ["SELECT properties.file::String, 'file'", "SELECT properties.file::String, 'file'"],
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
    ["'select'", 'not_a_read', 1, 1],
    ["SELECT $$ ' $$, file('/etc/passwd')", 'unclear', 1, 8],
    ["SELECT 1 AS a$$, file('/etc/passwd')", 'unclear', 1, 14],
    ["SELECT ‘'’, file('/etc/passwd')", 'unclear', 1, 8],
    ["SELECT “'”, file('/etc/passwd')", 'unclear', 1, 8],
    ["SELECT /* /* */ ' */ file('/etc/passwd')", 'unclear', 1, 8],
    ["SELECT\n file('/etc/passwd')", 'not_allowed', 2, 2],
    ["SELECT file /* */ ('/etc/passwd')", 'not_allowed', 1, 8],
    ["SELECT `file`('/etc/passwd')", 'not_allowed', 1, 8],
    ['SELECT "file"(\'/etc/passwd\')', 'not_allowed', 1, 8],
    ["SELECT `fi\\x6ce`('/etc/passwd')", 'not_allowed', 1, 8],
    ["SELECT arrayMap(file, ['/etc/passwd'])", 'not_allowed', 1, 17],
    ["SELECT '/etc/passwd' AS a, * APPLY file", 'not_allowed', 1, 36],
    ['SELECT 1 SETTINGS max_threads = 64', 'not_allowed', 1, 10],
    ['SELECT * FROM (SELECT 1 settings max_threads = 64)', 'not_allowed', 1, 25],
    ["SELECT {f:Identifier}('/etc/passwd')", 'not_allowed', 1, 11],
    ['/* select */ CREATE TABLE x (n Int8)', 'not_a_read', 1, 14],
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
});

it('a place behind the end is the end', () => {
  expect(placeAt('a\nbc', 99)).toEqual({ line: 2, column: 3 });
});
