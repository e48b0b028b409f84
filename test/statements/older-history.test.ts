import { readdirSync, readFileSync } from 'node:fs';
import { jsonCorpus, migrateClickHouse, openEmbeddedStores, type SentJson } from '@hilo/test-stack';
import { expect, it } from 'vitest';
import { ClickHouseBackfill } from '../../services/history/src/adapters/clickhouse-backfill.ts';
import { clickHouseClient } from '../../services/history/src/adapters/clickhouse-client.ts';
import { textColumns } from '../../services/history/src/domain/values.ts';

const migrations = new URL('../../infra/clickhouse/', import.meta.url);
const TIMEOUT_MS = 240_000;

/** The statements of the migrations up to 0007, after which values came. */
function statementsBefore(): readonly string[] {
  const files = readdirSync(migrations)
    .filter((name) => name < '0008')
    .sort();
  const sql = files.map((name) => readFileSync(new URL(name, migrations), 'utf8')).join('\n');
  return sql
    .replaceAll(/--[^\n]*/g, '')
    .split(/;\s*\n/)
    .map((statement) => statement.trim().replace(/;$/, ''))
    .filter((statement) => statement !== '');
}

it(
  'a history of the version before is brought up to date: nothing is lost, and old rows get their values',
  async () => {
    const stores = await openEmbeddedStores('clickhouse');
    const { url, user, password, loaderUser, loaderPassword } = stores.clickhouse;
    const client = clickHouseClient({ clickhouseUrl: url, clickhouseUser: user, clickhouseLogin: password });
    const loader = clickHouseClient({
      ...{ clickhouseUrl: url, clickhouseUser: loaderUser, clickhouseLogin: loaderPassword },
    });
    try {
      const run = async (query: string) => {
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password },
          body: query,
        });
        if (!answer.ok) throw new Error(`${await answer.text()} in ${query}`);
      };
      await run('CREATE DATABASE hilo');
      for (const statement of statementsBefore()) await run(statement);
      const corpus: readonly SentJson[] = [
        { text: '{"revenue":5,"name":"cut \\ud83d"}', object: { kind: 'object', members: new Map() } },
        ...jsonCorpus(11, 300),
      ];
      const values = corpus.map(({ text }, n) => ({
        ...{ profile_id: `p_${n % 30}`, message_id: String(n), source: 'web', type: 'track', event: 'Order Completed' },
        ...{ timestamp: 1_760_000_000_000 + n, received_at: 1_760_000_000_500, via: 'http', properties: text },
      }));
      await client.insert({ table: 'event_rows', values, format: 'JSONEachRow' });
      await migrateClickHouse(stores.clickhouse);
      await migrateClickHouse(stores.clickhouse);
      const backfill = new ClickHouseBackfill(loader, { info: () => undefined, warn: () => undefined });
      expect(await backfill.fill()).toEqual({ events: corpus.length, profiles: 0 });
      expect(await backfill.fill()).toEqual({ events: 0, profiles: 0 });
      const answer = await client.query({
        query: `SELECT properties_text AS text, toJSONString(mapKeys(property_values)) AS paths, length(property_items) AS lists,
          property_values['revenue'].number AS revenue, properties_json.revenue::Nullable(String) AS before
        FROM (SELECT *, properties AS properties_text, properties_json FROM hilo.event_rows) ORDER BY toUInt32(message_id)`,
        format: 'JSONEachRow',
      });
      const rows = await answer.json<{
        text: string;
        paths: string;
        lists: string;
        revenue: number | null;
        before: string;
      }>();
      expect(rows.map(({ text }) => text)).toEqual(corpus.map(({ text }) => text));
      expect(rows[0]).toMatchObject({ revenue: 5, before: '5' });
      for (const { text, paths, lists } of rows) {
        const expected = textColumns(text);
        expect(JSON.parse(paths).sort(), text).toEqual(expected.values.map(([path]) => path).sort());
        expect(Number(lists)).toBe(expected.items.length);
      }
    } finally {
      await client.close();
      await stores.close();
    }
  },
  TIMEOUT_MS,
);
