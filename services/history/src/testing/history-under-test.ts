import { randomUUID } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { createLogger, createServiceApp, MemoryChanges, openApiOf, type ServiceApp } from '@hilo/service';
import { ContractProof, testKeysOf } from '@hilo/service/testing';
import type { RecordOf, TableRow } from '@hilo/streaming';
import { migrateClickHouse, openStores, type StoresFor } from '@hilo/test-stack';
import { expect } from 'vitest';
import { clickHouseClient } from '../adapters/clickhouse-client.ts';
import { ClickHouseFigures } from '../adapters/clickhouse-figures.ts';
import { ClickHouseHistoryReader } from '../adapters/clickhouse-history-reader.ts';
import { ClickHouseSeen } from '../adapters/clickhouse-seen.ts';
import { ClickHouseSink } from '../adapters/clickhouse-sink.ts';
import { ClickHouseStatements } from '../adapters/clickhouse-statements.ts';
import { HistoryModule } from '../history.module.ts';
import { contract } from '../http/contract.ts';
import { LiveEvents } from '../use-cases/live-events.ts';
import { type HistoryTopics, recordHistory } from '../processors/record-history.ts';
import { closedFeed, noDeadLetters } from './nothing-live.ts';

/** A record of a topic, to be loaded. */
export type Loaded<T extends keyof HistoryTopics> = [T, HistoryTopics[T]];

const CONSOLE = testKeysOf('console');

/** The history service as it runs, over a real ClickHouse and without a port of its own. */
export class HistoryUnderTest {
  readonly stores: StoresFor<'clickhouse'>;
  /** The operator's, for what a test lays out and looks up. */
  readonly client: ClickHouseClient;
  /** The service's own user's. */
  readonly loader: ClickHouseClient;
  readonly sink: ClickHouseSink;
  readonly app: ServiceApp;
  readonly statements: ClickHouseStatements;
  readonly #proof: ContractProof;
  /** The server may be one that others use too: everything of a test has a name of its own. */
  readonly run = randomUUID().slice(0, 8);

  private constructor(
    parts: Pick<HistoryUnderTest, 'stores' | 'client' | 'loader' | 'app' | 'statements'>,
    proof: ContractProof,
  ) {
    this.#proof = proof;
    this.stores = parts.stores;
    this.client = parts.client;
    this.loader = parts.loader;
    this.sink = new ClickHouseSink(parts.loader);
    this.app = parts.app;
    this.statements = parts.statements;
  }

  static async open(): Promise<HistoryUnderTest> {
    const stores = await openStores('clickhouse');
    await migrateClickHouse(stores.clickhouse);
    const { url, user, password, loaderUser, loaderPassword, readonlyUser, readonlyPassword } = stores.clickhouse;
    const access = { clickhouseUrl: url, clickhouseUser: loaderUser, clickhouseLogin: loaderPassword };
    const operator = { clickhouseUrl: url, clickhouseUser: user, clickhouseLogin: password };
    const readonly = { clickhouseReadonlyUser: readonlyUser, clickhouseReadonlyLogin: readonlyPassword };
    const loader = clickHouseClient(access);
    const statements = new ClickHouseStatements({ ...access, ...readonly, statements: 'on' });
    const proof = new ContractProof(contract);
    const app = await createServiceApp({
      name: 'history',
      module: HistoryModule.of({
        reader: new ClickHouseHistoryReader(loader),
        figures: new ClickHouseFigures(loader),
        seen: new ClickHouseSeen(loader),
        live: new LiveEvents(closedFeed),
        dead_letters: noDeadLetters,
        statements,
      }),
      adminToken: 'token',
      callerKeys: CONSOLE.callerKeys,
      openapi: openApiOf(contract),
      changes: new MemoryChanges(),
      logger: createLogger({ name: 'history', level: 'silent' }),
      ready: () => true,
      prepare: proof.watch,
    });
    return new HistoryUnderTest({ stores, client: clickHouseClient(operator), loader, app, statements }, proof);
  }

  /** Throws where an answer was another than the contract says. */
  async close(): Promise<void> {
    await this.app.nest.close();
    await this.loader.close();
    await this.statements.close();
    await this.client.close();
    await this.stores.close();
    expect(this.#proof.breaches()).toEqual([]);
  }

  /** The id of a profile of this run. */
  id(name: string): string {
    return `p_${name}_${this.run}`;
  }

  /** Loads records as the stage does: a batch, table by table, under one token. */
  async load(...records: readonly { [T in keyof HistoryTopics]: Loaded<T> }[keyof HistoryTopics][]): Promise<void> {
    const tables = new Map<string, object[]>();
    for (const [topic, value] of records) {
      const input = { kind: 'record', topic, partition: 0, offset: 0, key: null, value, timestamp_ms: 0 };
      for (const { table, row } of recordHistory.rows(input as RecordOf<HistoryTopics>) satisfies readonly TableRow[])
        tables.set(table, [...(tables.get(table) ?? []), row]);
    }
    const token = randomUUID();
    for (const [table, rows] of tables) await this.sink.insert(table, rows, `${token}:${table}`);
  }

  /** Headers of a call that the console makes for a person, by an opaque word. */
  async headersOf(person: string) {
    return { authorization: `Bearer ${await CONSOLE.tokens.tokenFor('history', { person })}` };
  }

  /** Asks the HTTP API, with the admin token. */
  get(url: string) {
    return this.app.instance.inject({ method: 'GET', url, headers: { authorization: 'Bearer token' } });
  }
}
