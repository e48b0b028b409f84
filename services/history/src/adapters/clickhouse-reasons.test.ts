import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HistoryUnderTest } from '../testing/history-under-test.ts';
import { ClickHouseStatements } from './clickhouse-statements.ts';

let history: HistoryUnderTest;

beforeAll(async () => {
  history = await HistoryUnderTest.open();
}, 120_000);

afterAll(() => history.close());

async function run(sql: string) {
  const payload = { id: randomUUID(), sql };
  const headers = { authorization: 'Bearer token' };
  const answer = await history.app.instance.inject({ method: 'POST', url: '/v1/queries', headers, payload });
  return { body: answer.json() };
}

describe('a statement', () => {
  it.each([
    ['SELEC 1', 1, 7],
    ['SELECT 1 FORM hilo.events', 1, 15],
    ['SELECT file FROM x WHERE )', 1, 26],
    ["SELECT 1,\n  'open", 2, 3],
    ['SELECT (1', 1, 8],
    ['DROP TABEL x', 1, 12],
  ])('that ClickHouse cannot read says so first: %s', async (sql, line, column) => {
    const { body } = await run(sql);
    expect(body).toMatchObject({ status: 400, code: 'syntax', field: 'sql' });
    expect(body.detail).toMatch(new RegExp(`^Line ${line}, column ${column}: .*Syntax error`, 's'));
  });

  it.each([
    ['SELECT showCertificate()', /certificate|SSL|OpenSSL|showCertificate/i],
    ["SELECT throwIf(1, 'said so')", /said so/],
    ["SELECT toUInt8('x')", /Cannot parse/],
    ['SELECT intDiv(1, 0)', /Division by zero/],
    ["SELECT dictGet('none', 'a', 1)", /none|dictionar/i],
    ["SELECT catboostEvaluate('/none', 1)", /catboost|bridge|ACCESS|path|config|Permission/i],
    ["SELECT reverseDNSQuery('127.0.0.1')", /DNS/],
    ["SELECT getMacro('none')", /macro/i],
    ['SELECT file_', /file_/],
  ])('that fails is explained in the words of ClickHouse: %s', async (sql, words) => {
    const { body } = await run(sql);
    expect(body).toMatchObject({ status: 400, field: 'sql' });
    expect(body.detail).toMatch(words);
    expect(body.detail).not.toContain('does not answer');
  });
});

it('is run nowhere where it is off', async () => {
  const { url, user, password, readonlyUser, readonlyPassword } = history.stores.clickhouse;
  const statements = new ClickHouseStatements({
    clickhouseUrl: url,
    clickhouseUser: user,
    clickhouseLogin: password,
    clickhouseReadonlyUser: readonlyUser,
    clickhouseReadonlyLogin: readonlyPassword,
    statements: 'off',
  });
  const { signal } = new AbortController();
  const off = { status: 403, code: 'statements_off' };
  await expect(
    statements.open({ id: randomUUID(), person: 'ada', sql: 'SELECT 1', parameters: {} }, signal),
  ).rejects.toMatchObject(off);
  const fault = { reason: 'syntax', place: { line: 1, column: 1 } } as const;
  expect(await statements.refusal({ text: 'SELEC', person: 'ada' }, fault, signal)).toMatchObject(off);
  await statements.close();
});
