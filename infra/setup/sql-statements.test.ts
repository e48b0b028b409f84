import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sqlStatements } from './sql-statements.ts';

test('statements are separated by semicolons, the last one needs none', () => {
  expect(sqlStatements('SELECT 1;\nSELECT 2')).toEqual(['SELECT 1', 'SELECT 2']);
});

test('comments go, quoted semicolons and dashes stay', () => {
  const sql = "-- first; not a statement\nSELECT ';--', `a;b`, \"c;d\", 1 - 2 / 3 /* ; */, 'it''s', 'o\\';k';;";
  expect(sqlStatements(sql)).toEqual(["SELECT ';--', `a;b`, \"c;d\", 1 - 2 / 3 , 'it''s', 'o\\';k'"]);
});

test('joining statements and splitting them again changes nothing', () => {
  const statement = fc
    .stringMatching(/^SELECT [a-z0-9 ,'()]{0,20}x$/)
    .filter((text) => text.split("'").length % 2 === 1);
  fc.assert(
    fc.property(fc.array(statement), (statements) => {
      expect(sqlStatements(statements.join(';\n'))).toEqual(statements);
    }),
  );
});
