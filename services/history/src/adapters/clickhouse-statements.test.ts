import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { ClickHouseClient } from '@clickhouse/client';
import type { ServiceApp } from '@hilo/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TABLE_NOTES } from '../domain/catalogue-notes.ts';
import { HistoryUnderTest } from '../testing/history-under-test.ts';

/** Runs as long as it may. */
const ENDLESS = 'SELECT count() FROM numbers(1000000000000000) WHERE cityHash64(number) = 1';

let history: HistoryUnderTest;
let service: ClickHouseClient;
let app: ServiceApp;

beforeAll(async () => {
  history = await HistoryUnderTest.open();
  ({ client: service, app } = history);
  await service.command({
    query: 'CREATE TABLE IF NOT EXISTS default.secrets (n UInt8) ENGINE = MergeTree ORDER BY n',
  });
  await app.nest.listen(0, '127.0.0.1');
}, 120_000);

afterAll(() => history.close());

const headers = { authorization: 'Bearer token' };

async function run(sql: string, more: object = {}) {
  const payload = { id: randomUUID(), sql, ...more };
  const answer = await app.instance.inject({ method: 'POST', url: '/v1/queries', headers, payload });
  const isJson = String(answer.headers['content-type']).includes('json');
  return { status: answer.statusCode, text: answer.body, body: isJson ? answer.json() : null };
}

/** Values of the metrics of statements, by name and label. */
async function figures(): Promise<ReadonlyMap<string, number>> {
  const text = (await app.operations.inject({ method: 'GET', url: '/metrics' })).body;
  return new Map(
    [...text.matchAll(/^(hilo_history_statement\w+(?:\{(?:outcome|state)="\w+"\})?) (\d+)$/gm)].map(
      ([, name = '', value]) => [name, Number(value)],
    ),
  );
}

/** How much each of them grew meanwhile; what stayed is left out. */
async function grownBy(work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
  const before = await figures();
  await work();
  const grown = [...(await figures())].map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, by]) => by !== 0));
}

const ENDED = 'hilo_history_statements_total';
const UNDER_WAY = 'hilo_history_statements_under_way';
const TIMED = 'hilo_history_statement_duration_seconds_count';

describe('a statement', () => {
  it('is counted by how it ended, and timed', async () => {
    const grown = await grownBy(async () => {
      await run('SELECT 1');
      await run('SELECT number FROM numbers(5)', { format: 'csv' });
      await run('SELECT number FROM numbers(5)', { limit: 2 });
      await run('SELECT nothing');
      await run("SELECT 1 FROM numbers(10) WHERE throwIf(number = 5, 'midway') = 0");
      await run('DROP TABLE event_rows');
    });
    expect(grown).toEqual({
      [`${ENDED}{outcome="ok"}`]: 2,
      [`${ENDED}{outcome="cut"}`]: 1,
      [`${ENDED}{outcome="unknown_name"}`]: 1,
      [`${ENDED}{outcome="refused"}`]: 1,
      [TIMED]: 5,
    });
  });

  it('is answered with its columns, their types and its rows, without losing a digit', async () => {
    const { status, body } = await run(
      `SELECT 1 AS n, 'é' AS word, toUInt64(18446744073709551615) AS big, toDecimal64(1.10, 2) AS money, NULL AS none,
        [1, 2] AS list, toDateTime('2026-01-02 03:04:05', 'UTC') AS at, nan AS odd;`,
    );
    expect(status).toBe(200);
    expect(body.columns.slice(0, 3)).toEqual([
      { name: 'n', type: 'UInt8' },
      { name: 'word', type: 'String' },
      { name: 'big', type: 'UInt64' },
    ]);
    expect(body.rows).toEqual([[1, 'é', '18446744073709551615', '1.1', null, [1, 2], '2026-01-02 03:04:05', 'nan']]);
    expect(body).toMatchObject({ truncated: null, elapsed_ms: expect.any(Number), rows_read: expect.any(Number) });
  });

  it('takes parameters, as values and never as SQL', async () => {
    const segment = "x' OR 1 --";
    const { body } = await run('SELECT {segment:String} AS s, {n:UInt8} AS n', { parameters: { segment, n: '7' } });
    expect(body.rows).toEqual([[segment, 7]]);
    expect((await run('SELECT {segment:String}')).body).toMatchObject({ status: 400, code: 'missing_parameter' });
  });

  it('is cut where it has more rows or more text than wanted, and says so', async () => {
    const many = await run('SELECT number FROM numbers(100000000)', { limit: 5 });
    expect(many.body).toMatchObject({ rows: { length: 5 }, truncated: 'rows' });
    const wide = await run("SELECT repeat('x', 20000) FROM numbers(2000)");
    expect(wide.body).toMatchObject({ truncated: 'bytes' });
    expect(wide.text.length).toBeLessThan(5_000_000);
  });

  it.each([
    ['SHOW TABLES'],
    ['DESCRIBE TABLE events'],
    ['EXPLAIN SELECT 1'],
    ['WITH 1 AS x SELECT x'],
    ['SELECT count() FROM hilo.events'],
  ])('may be %s', async (sql) => {
    const { status, text } = await run(sql);
    expect(status, text).toBe(200);
  });

  it.each([
    ['', 'empty', ''],
    ['SELECT 1; SELECT 2', 'several_statements', 'Line 1, column 11: '],
    ['INSERT INTO hilo.event_rows (profile_id) VALUES (1)', 'not_a_read', 'Line 1, column 1: '],
    ['SELECT\n  nothing FROM hilo.events', 'unknown_name', 'Line 2, column 3: '],
    ['SELECT 1 FROM\n hilo.nothing', 'unknown_name', ''],
    ['SELECT 1\nFRM x y z', 'syntax', 'Line 2, column '],
    ['SELECT 1 FORMAT CSV', 'syntax', 'Leave out FORMAT'],
    ["SELECT throwIf(1, 'midway')", 'refused', ''],
    [
      'SELECT number FROM numbers(9000000) WHERE number % 70000 = 0 AND throwIf(number = 7980000) = 0',
      'refused',
      'Value passed',
    ],
  ])('that is wrong gets the reason, and the place: %j', async (sql, code, beginning) => {
    const { status, body } = await run(sql, { limit: 10_000 });
    expect({ status, code: body.code, detail: body.detail.slice(0, beginning.length) }).toEqual({
      ...{ status: 400, code, detail: beginning },
    });
    expect(body.detail).not.toMatch(/DB::Exception|version \d/);
  });

  it('ends when it is cancelled, also by another instance', async () => {
    const id = randomUUID();
    const running = run(ENDLESS, { id });
    const isThere = async () => {
      const found = await service.query({
        query: `SELECT query_id FROM system.processes WHERE query_id = 'people-stack-${id}'`,
        format: 'JSONEachRow',
      });
      return (await found.json()).length > 0;
    };
    const before = await figures();
    await expect.poll(isThere, { timeout: 10_000 }).toBe(true);
    expect((await figures()).get(`${UNDER_WAY}{state="running"}`)).toBe(1);
    expect((await run('SELECT 1', { id })).body).toMatchObject({ status: 409, code: 'already_running' });
    const cancelled = await app.instance.inject({ method: 'DELETE', url: `/v1/queries/${id}`, headers });
    expect(cancelled.statusCode).toBe(204);
    expect((await running).body).toMatchObject({ status: 400, code: 'cancelled' });
    const after = await figures();
    for (const outcome of ['cancelled', 'already_running']) {
      const name = `${ENDED}{outcome="${outcome}"}`;
      expect([name, (after.get(name) ?? 0) - (before.get(name) ?? 0)]).toEqual([name, 1]);
    }
    expect(after.get(`${UNDER_WAY}{state="running"}`)).toBe(0);
    await expect.poll(isThere, { timeout: 10_000 }).toBe(false);
  }, 30_000);

  it('ends when whoever asked has gone', async () => {
    const id = randomUUID();
    const { port } = app.instance.server.address() as AddressInfo;
    const gone = new AbortController();
    const asked = fetch(`http://127.0.0.1:${port}/v1/queries`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ id, sql: ENDLESS }),
      signal: gone.signal,
    });
    const count = async () => {
      const found = await service.query({
        query: `SELECT query_id FROM system.processes WHERE query_id = 'people-stack-${id}'`,
        format: 'JSONEachRow',
      });
      return (await found.json()).length;
    };
    await expect.poll(count, { timeout: 25_000 }).toBe(1);
    gone.abort();
    await expect(asked).rejects.toThrow();
    await expect.poll(count, { timeout: 25_000 }).toBe(0);
  }, 60_000);

  it('comes as CSV, whole or with its fault', async () => {
    const { text } = await run("SELECT number AS n, 'a,b' AS t FROM numbers(3000)", { format: 'csv' });
    expect(text.split('\r\n').slice(0, 2)).toEqual(['n,t', '0,"a,b"']);
    expect(text.split('\r\n')).toHaveLength(3002);
    expect((await run('SELECT nothing', { format: 'csv' })).body).toMatchObject({ code: 'unknown_name' });
  });

  it.each([
    [{ id: 'x' }, 'id'],
    [{ sql: 'x'.repeat(20_001) }, 'sql'],
    [{ limit: 10_001 }, 'limit'],
    [{ limit: 0 }, 'limit'],
    [{ format: 'Native' }, 'format'],
    [{ parameters: { 'a b': 'x' } }, 'parameters'],
    [{ parameters: { a: 1 } }, 'parameters'],
    [{ settings: {} }, 'settings'],
  ])('is not taken with %j', async (wrong, field) => {
    expect((await run('SELECT 1', wrong)).body).toMatchObject({ status: 400, code: 'invalid_request', field });
  });
});

describe('the user that may only read', () => {
  /** What ClickHouse answers, or the name of its error. */
  const ask = async (query: string, settings: Readonly<Record<string, string>> = {}) => {
    const { url, readonlyUser, readonlyPassword } = history.stores.clickhouse;
    const answer = await fetch(`${url}/?${new URLSearchParams(settings).toString()}`, {
      method: 'POST',
      headers: { 'x-clickhouse-user': readonlyUser, 'x-clickhouse-key': readonlyPassword, connection: 'close' },
      body: query,
    });
    const text = await answer.text();
    return answer.ok ? text : (/\(([A-Z_]{5,})\) \(version/.exec(text)?.[1] ?? text);
  };
  // Straight to ClickHouse, past the service's own look at the statement.
  it.each([
    'INSERT INTO hilo.event_rows (profile_id) VALUES (1)',
    'INSERT INTO hilo.event_rows (profile_id) SELECT 1',
    "INSERT INTO FUNCTION file('x.csv') SELECT 1",
    "INSERT INTO FUNCTION url('http://127.0.0.1:1/') SELECT 1",
    'CREATE TABLE hilo.mine (n UInt8) ENGINE = Memory',
    'CREATE TEMPORARY TABLE mine (n UInt8) ENGINE = Memory',
    'CREATE VIEW hilo.mine AS SELECT 1',
    'CREATE FUNCTION mine AS (x) -> x',
    'CREATE DATABASE mine',
    "CREATE USER mine IDENTIFIED BY 'x'",
    'ALTER TABLE hilo.event_rows DELETE WHERE 1',
    'ALTER TABLE hilo.event_rows UPDATE event = 1 WHERE 1',
    'DELETE FROM hilo.event_rows WHERE 1',
    'DROP TABLE hilo.event_rows',
    'TRUNCATE TABLE hilo.event_rows',
    'RENAME TABLE hilo.event_rows TO hilo.mine',
    'OPTIMIZE TABLE hilo.event_rows',
    'GRANT SELECT ON *.* TO reader',
    'SYSTEM FLUSH LOGS',
    "SELECT 1 INTO OUTFILE 'x.csv'",
    'EXPLAIN SELECT * FROM default.secrets',
  ])('writes and changes nothing: %s', async (sql) => {
    expect(await ask(sql)).toMatch(/^[A-Z_]*(DENIED|READONLY|NOT_ALLOWED|PROHIBITED)[A-Z_]*$/);
  });

  it.each([
    'SELECT * FROM default.secrets',
    'SELECT * FROM `/etc/passwd`',
    'SELECT * FROM default.`/etc/passwd`',
    'SELECT * FROM system.users',
    'SELECT * FROM system.grants',
    'SELECT * FROM system.query_log',
    'SELECT * FROM system.processes',
    'SELECT * FROM system.parts',
    'SELECT * FROM system.clusters',
    'SELECT * FROM system.server_settings',
    'SELECT * FROM system.text_log',
    'SELECT * FROM system.disks',
    'SELECT * FROM information_schema.tables',
    'SHOW CREATE USER hilo',
    'SHOW PROCESSLIST',
    "SELECT * FROM file('*', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    "SELECT * FROM remote('127.0.0.1', 'default', 'secrets')",
    "SELECT * FROM remote('127.0.0.1:9000', system.users, 'default', '')",
    "SELECT * FROM cluster('default', 'default', 'secrets')",
    "SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
    "SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
    "SELECT * FROM executable('x', 'LineAsString', 'line String')",
    'SELECT addressToLine(1)',
  ])('reads nothing but database hilo: %s', async (sql) => {
    expect(await ask(sql)).toMatch(
      /^(DATABASE_ACCESS_DENIED|ACCESS_DENIED|READONLY|\w+_NOT_ALLOWED|UNKNOWN_(TABLE|FUNCTION)|CLUSTER_DOESNT_EXIST)$/,
    );
  });

  it('sees of the lists of tables only its own', async () => {
    expect(await ask("SELECT count() FROM system.tables WHERE database NOT IN ('hilo', 'system') FORMAT TSV")).toBe(
      '0\n',
    );
    expect(await ask("SELECT count() FROM system.columns WHERE database NOT IN ('hilo', 'system') FORMAT TSV")).toBe(
      '0\n',
    );
  });

  it.each([
    ['max_execution_time', '0'],
    ['max_execution_time', '61'],
    ['max_memory_usage', '0'],
    ['max_memory_usage', '100000000000'],
    ['max_memory_usage_for_user', '0'],
    ['max_threads', '64'],
    ['max_concurrent_queries_for_user', '0'],
    ['max_untracked_memory', '100000000000'],
    ['max_parser_depth', '0'],
    ['max_temporary_data_on_disk_size_for_user', '0'],
    ['timeout_overflow_mode', "'break'"],
    ['readonly', '0'],
    ['readonly', '2'],
    ['allow_ddl', '1'],
    ['allow_introspection_functions', '1'],
    ['max_block_size', '100000000'],
    ['log_queries', '0'],
  ])('raises no limit: SETTINGS %s = %s', async (name, value) => {
    const refused = /^(READONLY|SETTING_CONSTRAINT_VIOLATION|QUERY_IS_PROHIBITED)$/;
    expect(await ask(`SELECT 1 SETTINGS ${name} = ${value} FORMAT TSV`)).toMatch(refused);
    expect(await ask('SELECT 1 FORMAT TSV', { [name]: value.replaceAll("'", '') })).toMatch(refused);
    expect(await ask(`SET ${name} = ${value}`)).toMatch(refused);
  });

  it.each(["SELECT * FROM merge('default', 'secrets')", "SELECT * FROM merge(REGEXP('.*'), 'secrets')"])(
    'finds no table of other databases: %s',
    async (sql) => {
      expect(await ask(sql)).toBe('CANNOT_EXTRACT_TABLE_STRUCTURE');
    },
  );

  it('lowers those that are open to it', async () => {
    const sql = 'SELECT 1 SETTINGS max_execution_time = 5, max_memory_usage = 100000000, max_threads = 1 FORMAT TSV';
    expect(await ask(sql)).toBe('1\n');
    expect(await ask(`${ENDLESS} SETTINGS max_execution_time = 0.2`)).toBe('TIMEOUT_EXCEEDED');
    expect(await ask('SELECT groupArray(number) FROM numbers(100000000) SETTINGS max_memory_usage = 10000000')).toBe(
      'MEMORY_LIMIT_EXCEEDED',
    );
  });

  it('has no more memory than is given to it', async () => {
    expect((await run('SELECT uniqExact(number) FROM numbers(1000000000)')).body).toMatchObject({
      code: 'too_much_memory',
    });
  }, 70_000);

  it('is not helped by the service either', async () => {
    for (const sql of [
      'SELECT * FROM default.secrets',
      'SELECT * FROM system.users',
      "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
      "SELECT * FROM file('*', 'LineAsString')",
      "SELECT file('/etc/passwd')",
      "SELECT `fil\\x65`('/etc/passwd')",
      "SELECT arrayMap(x -> file(x), ['/etc/passwd'])",
      "SELECT * FROM (SELECT TOP 1. file('/etc/passwd') AS f)",
      "SELECT TOP 1. `file`('/proc/self/environ')",
      "SELECT TOP 0x1p0 file('/etc/passwd')",
      "SELECT $a$'$a$, file('/etc/passwd')",
      'SELECT 1 SETTINGS max_execution_time = 0',
      'SELECT 1 SETTINGS readonly = 0',
      'SELECT 1, 1. SETTINGS max_memory_usage = 0, readonly = 0',
      'SELECT * FROM (SELECT 1, 1. SETTINGS max_memory_usage = 0)',
      'SELECT * FROM (SELECT 1 SETTINGS max_threads = 64)',
    ])
      expect((await run(sql)).body, sql).toMatchObject({ status: 400, code: 'not_allowed' });
  }, 30_000);
});

describe('the catalogue', () => {
  it('has the tables for people with columns and what they mean', async () => {
    const answer = await app.instance.inject({ method: 'GET', url: '/v1/catalogue', headers });
    const { tables } = answer.json();
    expect(tables.map(({ name }: { name: string }) => name)).toEqual(TABLE_NOTES.map(({ table }) => table));
    expect(tables[0].columns[0]).toEqual({ name: 'message_id', type: 'String', comment: "The producer's own id." });
    // No word about a column that is not there.
    for (const [index, { table, columns }] of TABLE_NOTES.entries()) {
      const names = tables[index].columns.map(({ name }: { name: string }) => name);
      for (const name of Object.keys(columns)) expect(names, table).toContain(name);
    }
  }, 30_000);

  it('and statements are for those with the token', async () => {
    for (const [method, url] of [
      ['GET', '/v1/catalogue'],
      ['POST', '/v1/queries'],
      ['DELETE', `/v1/queries/${randomUUID()}`],
    ] as const)
      expect((await app.instance.inject({ method, url })).statusCode).toBe(401);
  });
});
