import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  lchownSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { landlockVersion } from './landlock.ts';
import { isRoot } from './privileges.ts';
import { EmbeddedStores, freeStorePorts, type StoresOptions } from './stores.ts';

/** Stands in every file that no statement may read, and in this process's environment. */
const CANARY = `canary-${randomUUID()}`;
const PASSWORD = 'full';
const BEFORE_MS = 120_000;
const isConfined = landlockVersion() > 0;

let data: string;
let options: StoresOptions;
let stores: EmbeddedStores;
let canaries: readonly string[];
let listener: Server;
let connections = 0;
let outside: number;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'hilo-clickhouse-'));
  // As the launcher does, so that stores may run as other users.
  chmodSync(data, 0o755);
  const beside = `${data}.canary`;
  const credentials = join(data, 'credentials.json');
  for (const file of [beside, credentials]) writeFileSync(file, CANARY, { mode: 0o644 });
  canaries = [beside, credentials];
  process.env.HILO_CANARY = CANARY;
  listener = createServer((socket) => {
    connections += 1;
    socket.end();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  outside = (listener.address() as { port: number }).port;
  options = {
    data,
    ports: await freeStorePorts(),
    postgresPassword: '',
    clickhouse: {
      ...{ user: 'hilo', password: PASSWORD, loaderUser: 'loader', loaderPassword: 'load' },
      ...{ readonlyUser: 'reader', readonlyPassword: 'read' },
    },
    report: () => {},
  };
  stores = new EmbeddedStores(['clickhouse'], options);
  await stores.start();
}, BEFORE_MS);

afterAll(async () => {
  await stores.stop();
  listener.close();
  delete process.env.HILO_CANARY;
  for (const path of [data, `${data}.canary`]) await rm(path, { recursive: true, force: true });
}, 60_000);

/** Status and text of an answer; `host` in place of the one that it was called by. */
async function ask(path: string, body: string | null, user: readonly [string, string] | null, host?: string) {
  const { hostname, port } = new URL(stores.addresses.clickhouse.url);
  const headers: Record<string, string> = { connection: 'close', ...(host === undefined ? {} : { host }) };
  if (user !== null) Object.assign(headers, { 'X-ClickHouse-User': user[0], 'X-ClickHouse-Key': user[1] });
  return await new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    const call = request({ host: hostname, port, path, method: body === null ? 'GET' : 'POST', headers }, (answer) => {
      let text = '';
      answer.on('data', (part: Buffer) => {
        text += part.toString('latin1');
      });
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    call.once('error', reject);
    call.end(body ?? undefined);
  });
}

const ADMIN = ['hilo', PASSWORD] as const;
const READER = ['reader', 'read'] as const;
const asReader = async (sql: string) => (await ask('/', sql, READER)).text;
const asAdmin = async (sql: string) => (await ask('/', sql, ADMIN)).text;
/** What one of its descriptors is; one may be closed meanwhile. */
function linkOf(name: string): string {
  try {
    return readlinkSync(`/proc/${pid()}/fd/${name}`);
  } catch {
    return '/proc/gone';
  }
}
const pid = () => stores.processes.get('clickhouse')?.pid ?? 0;

const describeConfined = () =>
  describe('a statement of the embedded ClickHouse', () => {
    it.each([
      (path: string) => `SELECT * FROM (SELECT TOP 1. file('${path}') AS f)`,
      (path: string) => `SELECT TOP 1. \`file\`('${path}')`,
      (path: string) => `SELECT file /* ' */ ('${path}')`,
      (path: string) =>
        `SELECT * FROM (SELECT file('${path}') SETTINGS readonly = 0, allow_introspection_functions = 1)`,
      (path: string) => `SELECT arrayMap(x -> file(x), ['${path}'])`,
      (path: string) => `WITH $a$${path}$a$ AS p SELECT file(p)`,
      (path: string) => `SELECT file('/proc/self/root${path}')`,
    ])('reads no file outside of its folder: %s', async (statement) => {
      for (const path of [...canaries, '/etc/passwd', process.execPath, '/etc/hostname']) {
        const { status, text } = await ask('/', statement(path), READER);
        expect([path, status >= 400], text).toEqual([path, true]);
        expect(text).not.toContain(CANARY);
        expect((await ask('/', statement(path), ADMIN)).status).toBeGreaterThanOrEqual(400);
      }
    });

    it('finds no secret in what it may read of its own process', async () => {
      expect(readFileSync(`/proc/${pid()}/environ`, 'latin1')).toBe('');
      expect(await asReader("SELECT length(file('/proc/self/environ')) FORMAT TSV")).toBe('0\n');
      const arguments_ = await asReader("SELECT file('/proc/self/cmdline')");
      expect(arguments_).toContain('clickhouse-server');
      for (const secret of [CANARY, PASSWORD, 'read']) expect(arguments_.split('\\0')).not.toContain(secret);
    });

    it('waits for none of the pipes that the process holds, and opens no file of it outside', async () => {
      const held = readdirSync(`/proc/${pid()}/fd`).map((name) => [name, linkOf(name)] as const);
      const closed = held.filter(([, to]) => !to.startsWith(`/proc/`) && !to.startsWith(join(data, 'clickhouse')));
      expect(closed.filter(([, to]) => to.startsWith('pipe:')).length).toBeGreaterThan(0);
      // The server looks at its pipes five times a second.
      await sleep(500);
      for (const [name, to] of closed) {
        const { status } = await ask('/', `SELECT file('/proc/self/fd/${name}') FORMAT RawBLOB`, READER);
        expect([to, status >= 400]).toEqual([to, true]);
      }
      expect(await asReader('SELECT 1 FORMAT TSV')).toBe('1\n');
    }, 30_000);

    it('finds no secret in its folder', async () => {
      const folder = join(data, 'clickhouse');
      expect(existsSync(join(folder, 'control'))).toBe(false);
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
        statSync(join(folder, name)).isFile(),
      );
      for (const name of files) {
        const text = readFileSync(join(folder, name), 'latin1');
        expect([name, text.includes('password'), text.includes(CANARY)]).toEqual([name, false, false]);
      }
    });

    it('connects to nothing, not even as the user that may do everything', async () => {
      for (const statement of [
        `SELECT * FROM url('http://127.0.0.1:${outside}/', 'LineAsString') SETTINGS http_max_tries = 1`,
        `SELECT * FROM remote('127.0.0.1:${outside}', system.one)`,
        `SELECT * FROM mysql('127.0.0.1:${outside}', 'a', 'b', 'c', 'd')`,
        `SELECT * FROM postgresql('127.0.0.1:${outside}', 'a', 'b', 'c', 'd')`,
      ]) {
        expect((await ask('/', statement, ADMIN)).status, statement).toBeGreaterThanOrEqual(400);
        expect((await ask('/', statement, READER)).status, statement).toBeGreaterThanOrEqual(400);
      }
      expect(connections).toBe(0);
    }, 60_000);

    it('is reported to whoever starts the stores', () => {
      expect(stores.clickhouseConfinement).toBe(landlockVersion() >= 4 ? 'files_and_network' : 'files');
    });

    it('writes nothing outside of the folder, whoever asks', async () => {
      const path = join(tmpdir(), `written-${randomUUID()}.csv`);
      expect((await ask('/', `INSERT INTO FUNCTION file('${path}', 'CSV', 'n Int8') SELECT 1`, ADMIN)).status).not.toBe(
        200,
      );
      expect(existsSync(path)).toBe(false);
    });
  });

// Elsewhere it says that it is not confined, and Explore is off.
if (isConfined) describeConfined();
else it('says that nothing confines it', () => expect(stores.clickhouseConfinement).toBe('none'));

describe('the embedded ClickHouse', () => {
  it.each([
    ['SELECT 1', '/'],
    ["SELECT file('/etc/passwd')", '/'],
    ['SYSTEM STOP LISTEN HTTP', '/'],
    ['SELECT 1', '/?user=default'],
    ['SELECT 1', '/?user=default&password='],
    ['SELECT 1', '/?session_id='],
  ])('does nothing without a password: %s at %s', async (sql, path) => {
    for (const user of [null, ['default', ''], ['default', 'x'], ['', '']] as const) {
      // A session of the name of one that just ended may still be locked.
      const address = path.endsWith('session_id=') ? `${path}${randomUUID()}` : path;
      const { status, text } = await ask(address, sql, user);
      expect([status, text.slice(0, 80)]).toEqual([
        expect.toSatisfy((n: number) => n >= 400),
        expect.stringMatching(/^Code: (516|700|194)\./),
      ]);
    }
    expect(await asAdmin('SELECT 2 FORMAT TSV')).toBe('2\n');
  });

  it.each(['evil.test', 'evil.test:8123', '127.0.0.1.evil.test', 'localhost.evil.test', '169.254.169.254'])(
    'does not answer to the name %j',
    async (host) => {
      for (const path of ['/ping', '/metrics', '/?query=SELECT+1'])
        expect((await ask(path, null, ADMIN, host)).status, path).toBeGreaterThanOrEqual(400);
      expect((await ask('/', 'SELECT 1', ADMIN, host)).status).toBeGreaterThanOrEqual(400);
    },
  );

  it.each(['localhost:1', '127.0.0.1', '[::1]:8123', 'clickhouse:8123'])('answers to the name %s', async (host) => {
    expect((await ask('/', 'SELECT 1 FORMAT TSV', ADMIN, host)).text).toBe('1\n');
  });

  it('has no page, and shows without a password that it lives and its figures, and no more', async () => {
    expect((await ask('/ping', null, null)).text).toBe('Ok.\n');
    expect((await ask('/metrics', null, null)).text).toContain('ClickHouseMetrics_');
    for (const path of [
      '/play',
      '/dashboard',
      '/binary',
      '/merges',
      '/jemalloc',
      '/replicas_status',
      '/js/uplot.js',
      '/x',
    ])
      expect((await ask(path, null, ADMIN)).status, path).toBe(404);
  });

  it('runs as another user under root, and takes over a folder of before', async () => {
    const owner = () => statSync(join(data, 'clickhouse')).uid;
    if (!isRoot()) return expect(owner()).toBe(process.getuid?.());
    const uid = statSync(`/proc/${pid()}`).uid;
    expect(uid).not.toBe(0);
    expect(readFileSync(`/proc/${pid()}/status`, 'utf8')).toMatch(/^CapEff:\s*0+$/m);
    await asAdmin('CREATE TABLE default.kept (n UInt8) ENGINE = MergeTree ORDER BY n');
    await asAdmin('INSERT INTO default.kept VALUES (7)');
    await stores.stop();
    const folder = join(data, 'clickhouse');
    for (const name of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })])
      lchownSync(join(folder, name), 0, 0);
    stores = new EmbeddedStores(['clickhouse'], options);
    await stores.start();
    expect(await asAdmin('SELECT n FROM default.kept FORMAT TSV')).toBe('7\n');
    await asAdmin('INSERT INTO default.kept VALUES (8)');
    expect(await asAdmin('SELECT sum(n) FROM default.kept FORMAT TSV')).toBe('15\n');
    return expect(owner()).toBe(uid);
  }, 60_000);

  it('serves and ends cleanly also below a folder that only its starter can enter', async () => {
    const lines: string[] = [];
    const closed = await mkdtemp(join(tmpdir(), 'hilo-clickhouse-'));
    const there = new EmbeddedStores(['clickhouse'], {
      ...options,
      data: closed,
      ports: await freeStorePorts(),
      report: (line) => lines.push(line),
    });
    try {
      await there.start();
      expect(there.clickhouseConfinement).toBe(stores.clickhouseConfinement);
      const { url, user, password } = there.addresses.clickhouse;
      const headers = { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password, connection: 'close' };
      for (const [sql, isAnswered] of [
        ['SELECT 1', true],
        [`SELECT file('${canaries[0]}')`, false],
        ["SELECT file('/etc/passwd')", false],
      ] as const)
        expect([sql, (await fetch(url, { method: 'POST', headers, body: sql })).ok]).toEqual([sql, isAnswered]);
    } finally {
      await there.stop();
      await rm(closed, { recursive: true, force: true });
    }
    expect(lines).toEqual([]);
  }, 60_000);
});
