import { randomUUID } from 'node:crypto';
import { createLogger, createServiceApp, openApiOf, openPool, type ServiceApp } from '@hilo/service';
import { ContractProof, testKeysOf } from '@hilo/service/testing';
import { migratePostgres, openStores, type StoresFor } from '@hilo/test-stack';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { httpInstances } from '../adapters/http-instances.ts';
import { httpSegments } from '../adapters/http-segments.ts';
import type { PageFiles } from '../adapters/page-files.ts';
import { PostgresConsole } from '../adapters/postgres-console.ts';
import type { PostgresPeople } from '../adapters/postgres-people.ts';
import { ScryptPasswords } from '../adapters/scrypt-passwords.ts';
import { SealedSecrets } from '../adapters/sealed-secrets.ts';
import { compose } from '../compose.ts';
import type { AuditEntry } from '../domain/audit-entry.ts';
import type { OpenidSettings } from '../config-sign-in.ts';
import type { Role } from '../domain/rights.ts';
import { contract } from '../http/contract.ts';
import type { SendMail } from '../link-ports.ts';
import { type LiveOperations, liveOperations } from '../live-operations.ts';
import { type LiveOverview, liveOverview } from '../live-overview.ts';
import { consoleMetrics } from '../metrics.ts';
import { OutgoingMail } from '../outgoing-mail.ts';
import { RecentRounds } from '../recent-rounds.ts';
import type { SecurityTrail } from '../security-trail.ts';
import { WebhookReceiver } from '../webhook-receiver.ts';

/** The stack's admin token in these tests. */
export const ADMIN_TOKEN = 'the-admin-token';

/** The console's key in these tests, from which others derive. */
export const CONSOLE_KEY = 'a key of the console in tests, 32+';

/** The console's key pair in these tests. */
export const SERVICE_KEYS = testKeysOf('console');

/** Everybody's password in these tests. */
export const PASSWORD = 'correct horse battery';

/** How long sessions last in these tests. */
export const LIFETIMES = { idleMs: 30 * 60_000, absoluteMs: 12 * 3_600_000 } as const;

/** Hashes that take no time. */
export const passwords = new ScryptPasswords({ cost: 2 ** 8, blockSize: 8, parallel: 1 });

/** Verbs of the audit log for changes. */
const CHANGES: ReadonlySet<string> = new Set(['created', 'changed', 'deleted', 'ran']);

/** A process has one registry of metrics. */
const metricsOfTests = consoleMetrics();

/** What a test may choose. */
export interface ConsoleOptions {
  readonly postgresUrl: string;
  readonly consoleUrl?: string;
  /** Addresses of every service; absent: nobody is there. */
  readonly upstreams?: readonly string[];
  /** Addresses of history; absent: nobody is there. */
  readonly history?: readonly string[];
  /** Addresses of segmentation; absent: those of every service. */
  readonly segmentation?: readonly string[];
  readonly pages?: PageFiles;
  /** Seals the secrets of second factors; absent: the console's key of these tests. */
  readonly key?: string;
  readonly earlierKeys?: readonly string[];
  /** Absent: a second factor is everybody's own choice. */
  readonly requiresSecondFactor?: boolean;
  /** Absent: sign-in by OpenID Connect is not set up. */
  readonly openid?: OpenidSettings;
  /** Hears of each entry of the audit log once it is committed. */
  readonly recorded?: (entry: AuditEntry) => void;
  /** Absent: no mail server is set up. */
  readonly sendMail?: SendMail;
}

/** Who asks: a session, or a token. */
export interface Caller {
  readonly cookie?: string;
  readonly csrf?: string;
  readonly token?: string;
}

/** The holder of the stack's admin token. */
export const STACK: Caller = { token: ADMIN_TOKEN };

/** A port that fetch is willing to call and nobody listens on. */
const NOBODY_THERE = ['http://127.0.0.1:2'];

/** A PostgreSQL with the console's tables. */
export async function openDatabase(): Promise<StoresFor<'postgres'>> {
  const stores = await openStores('postgres');
  await migratePostgres(stores.postgresUrl, ['console']);
  return stores;
}

/** A database may have to start first. */
const OPENING_MS = 120_000;

/**
 * Opens a console before the tests of a file, or before each of them and then without people, and closes it after them. Each file has
 * a database of its own. `prepare` gets the console, and may add what the tests need.
 */
export function openConsole(
  before: 'the file' | 'each test',
  prepare: (hilo: ConsoleUnderTest) => void | Promise<void>,
): void {
  let stores: StoresFor<'postgres'>;
  let hilo: ConsoleUnderTest | undefined;
  const open = async (): Promise<void> => {
    hilo = await ConsoleUnderTest.open({ postgresUrl: stores.postgresUrl });
    if (before === 'each test') await hilo.database.rows('DELETE FROM person', []);
    await prepare(hilo);
  };
  const close = () => hilo?.close();
  beforeAll(async () => {
    stores = await openDatabase();
  }, OPENING_MS);
  afterAll(() => stores?.close());
  if (before === 'the file') {
    beforeAll(open, OPENING_MS);
    afterAll(close);
  } else {
    beforeEach(open);
    afterEach(close);
  }
}

/** The console as it runs, without a port of its own, and with a clock to turn. */
export class ConsoleUnderTest {
  readonly app: ServiceApp;
  readonly people: PostgresPeople;
  readonly trail: SecurityTrail;
  readonly receiver: WebhookReceiver;
  readonly database: PostgresConsole;
  readonly postgresUrl: string;
  readonly #overview: LiveOverview;
  readonly #operations: LiveOperations;
  readonly #clock: { aheadMs: number };
  readonly #pool: ReturnType<typeof openPool>;
  readonly #proof: ContractProof;

  private constructor(dependencies: {
    readonly app: ServiceApp;
    readonly people: PostgresPeople;
    readonly trail: SecurityTrail;
    readonly receiver: WebhookReceiver;
    readonly database: PostgresConsole;
    readonly postgresUrl: string;
    readonly overview: LiveOverview;
    readonly operations: LiveOperations;
    readonly clock: { aheadMs: number };
    readonly pool: ReturnType<typeof openPool>;
    readonly proof: ContractProof;
  }) {
    this.app = dependencies.app;
    this.people = dependencies.people;
    this.trail = dependencies.trail;
    this.receiver = dependencies.receiver;
    this.database = dependencies.database;
    this.postgresUrl = dependencies.postgresUrl;
    this.#overview = dependencies.overview;
    this.#operations = dependencies.operations;
    this.#clock = dependencies.clock;
    this.#pool = dependencies.pool;
    this.#proof = dependencies.proof;
  }

  static async open(options: ConsoleOptions): Promise<ConsoleUnderTest> {
    const { postgresUrl, consoleUrl = 'http://console:4000', upstreams = NOBODY_THERE, pages = new Map() } = options;
    const clock = { aheadMs: 0 };
    const nowMs = (): number => Date.now() + clock.aheadMs;
    const logger = createLogger({ name: 'console', level: 'silent' });
    const pool = openPool({ postgresUrl, schema: 'console', logger });
    const database = new PostgresConsole(pool, options.recorded);
    const receiver = new WebhookReceiver(CONSOLE_KEY, Date.now);
    const rounds = new RecentRounds(
      httpInstances({ identity: [...upstreams, ...NOBODY_THERE] }, () => performance.now()),
      { nowMs: Date.now },
    );
    const overview = liveOverview({
      rounds,
      readSegments: httpSegments(upstreams[0] as string, SERVICE_KEYS.tokens),
      receiver,
      clock: { nowMs: Date.now },
    });
    const operations = liveOperations(rounds, { nowMs: Date.now });
    const services = {
      ...{
        ingestion: upstreams,
        identity: upstreams,
        profile: upstreams,
        segmentation: options.segmentation ?? upstreams,
      },
      ...{ activation: upstreams, history: options.history ?? NOBODY_THERE },
    };
    const { module, prepare, malformed, refused, people, trail } = compose({
      ...{
        adminToken: ADMIN_TOKEN,
        key: CONSOLE_KEY,
        tokens: SERVICE_KEYS.tokens,
        consoleUrl,
        time_zone: 'Europe/Madrid',
        tracking_url: 'https://events.example.com',
        services,
        database,
        passwords,
        sealing: new SealedSecrets(options.key ?? CONSOLE_KEY, options.earlierKeys),
        auditDays: 400,
        lifetimes: LIFETIMES,
        requiresSecondFactor: options.requiresSecondFactor ?? false,
        openid: options.openid ?? null,
        mail: new OutgoingMail(options.sendMail ?? null, logger),
        overview,
        operations,
        receiver,
        pages,
        metrics: metricsOfTests,
        logger,
        nowMs,
        monotonicMs: nowMs,
      },
    });
    const proof = new ContractProof(contract);
    const app = await createServiceApp({
      name: 'console',
      module,
      adminToken: ADMIN_TOKEN,
      openapi: openApiOf(contract),
      logger,
      ready: () => true,
      prepare: (instance) => {
        prepare(instance);
        proof.watch(instance);
      },
      malformed,
      refused,
    });
    return new ConsoleUnderTest({
      ...{ app, people, trail, receiver, database, postgresUrl, overview, operations, clock, pool, proof },
    });
  }

  /** Turns the clock. */
  advance(byMs: number): void {
    this.#clock.aheadMs += byMs;
  }

  /** Throws where an answer was another than the contract says. */
  async close(): Promise<void> {
    await this.app.nest.close();
    await this.trail.stop();
    await this.#overview.stop();
    await this.#operations.stop();
    await this.#pool.end();
    expect(this.#proof.breaches()).toEqual([]);
  }

  /** Calls an address as somebody, or as a stranger; `from` another network address than this machine's own. */
  async call(
    method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    as: Caller = {},
    body?: unknown,
    from = '127.0.0.1',
  ) {
    const answer = await this.app.instance.inject({
      method,
      url,
      remoteAddress: from,
      headers: {
        ...headersOf(as),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    const isJson = /\bjson\b/.test(String(answer.headers['content-type'])) && answer.body !== '';
    const value = isJson ? (JSON.parse(answer.body) as Record<string, unknown>) : null;
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: value };
  }

  /** The newest entries of the audit log that are changes, newest first. */
  async changes(limit = 1): Promise<readonly Record<string, unknown>[]> {
    const { body } = await this.call('GET', '/api/audit?limit=100', STACK);
    const entries = (body?.items ?? []) as readonly Record<string, unknown>[];
    return entries.filter(({ what }) => CHANGES.has(String(what))).slice(0, limit);
  }

  /** Adds somebody, once. */
  async add(email: string, role: Role): Promise<void> {
    const { status } = await this.call('POST', '/api/users', STACK, { email, name: email, role, password: PASSWORD });
    if (status !== 201 && status !== 409) throw new Error(`adding ${email} answers ${status}`);
    // As if the person had chosen the password.
    await this.database.rows('UPDATE person SET must_change_password = false WHERE email = $1', [email]);
  }

  /** Path of a user; of nobody where nobody has the address. */
  async pathOf(email: string): Promise<string> {
    const [row] = await this.database.rows<{ id: string }>('SELECT id FROM person WHERE email = $1', [email]);
    return `/api/users/${row?.id ?? randomUUID()}`;
  }

  /** Signs somebody in who is there. */
  async signIn(
    email: string,
    password = PASSWORD,
  ): Promise<Caller & { readonly cookie: string; readonly csrf: string }> {
    const { status, headers, body } = await this.call('POST', '/api/session', {}, { email, password });
    if (status !== 200) throw new Error(`signing in answers ${status}`);
    return { cookie: cookieOf(headers, 'hilo_session'), csrf: String(body?.csrf) };
  }

  /** Somebody of a role, signed in. */
  async person(role: Role): Promise<Caller> {
    const email = `${role}@example.com`;
    await this.add(email, role);
    return this.signIn(email);
  }
}

/** A cookie that an answer sets, with or without `__Host-`, as a browser sends it back; empty: it sets none of this name. */
export function cookieOf(headers: Readonly<Record<string, unknown>>, name: string): string {
  const set = [headers['set-cookie'] ?? []].flat().map(String);
  const names = [name, `__Host-${name}`];
  return set.find((cookie) => names.includes(cookie.split('=', 1)[0] ?? ''))?.split(';')[0] ?? '';
}

/** Headers that say who asks. */
export function headersOf({ cookie, csrf, token }: Caller): Record<string, string> {
  return {
    ...(cookie === undefined ? {} : { cookie }),
    ...(csrf === undefined ? {} : { 'x-csrf-token': csrf }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}
