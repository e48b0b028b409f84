import { createLogger, openPool, PostgresChanges, type ServiceApp } from '@hilo/service';
import { migratePostgres, type StoresFor } from '@hilo/test-stack';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../domain/audit-entry.ts';
import {
  ADMIN_TOKEN,
  type Caller,
  ConsoleUnderTest,
  openDatabase,
  PASSWORD,
  STACK,
} from '../testing/console-under-test.ts';
import { notesService } from '../testing/notes-service.ts';

/** A change that a service has recorded. */
type Recorded = Parameters<NonNullable<NonNullable<ConstructorParameters<typeof PostgresChanges>[1]>['recorded']>>[0];

const ANN = 'ann@example.com';

let stores: StoresFor<'postgres'>;
let pool: ReturnType<typeof openPool>;
let app: ServiceApp;
let url: string;
let hilo: ConsoleUnderTest;
let editor: Caller;
let entries: AuditEntry[] = [];
let changes: Recorded[] = [];

beforeAll(async () => {
  stores = await openDatabase();
  await migratePostgres(stores.postgresUrl, ['segmentation']);
  pool = openPool({ ...stores, schema: 'segmentation', logger: createLogger({ name: 'test', level: 'silent' }) });
  ({ app, url } = await notesService(new PostgresChanges(pool, { recorded: (change) => changes.push(change) })));
  hilo = await ConsoleUnderTest.open({
    ...{ postgresUrl: stores.postgresUrl, segmentation: [url] },
    recorded: (entry) => entries.push(entry),
  });
  editor = await hilo.person('editor');
}, 120_000);
afterAll(async () => {
  await hilo.close();
  await app.nest.close();
  await pool.end();
  await stores.close();
});
beforeEach(() => {
  [entries, changes] = [[], []];
});

describe('the trail that is sent elsewhere', () => {
  it('has each change in the console as the audit log has it, without secrets', async () => {
    await hilo.call('POST', '/api/users', STACK, { email: ANN, name: 'Ann', role: 'viewer', password: PASSWORD });
    await hilo.call('PATCH', await hilo.pathOf(ANN), STACK, { password: 'another lantern by the harbour' });
    expect(entries).toMatchObject([
      { who: 'the admin token', what: 'created', target: `users/${ANN}`, before: null, after: { role: 'viewer' } },
      { who: 'the admin token', what: 'changed', target: `users/${ANN}`, after: { password: '[redacted]' } },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/scrypt|lantern|harbour/);
  });

  it('has sign-ins, and what was tried in vain', async () => {
    await hilo.call('POST', '/api/session', {}, { email: ANN, password: 'a wrong password of nobody' });
    await hilo.call('GET', '/api/users', editor);
    await hilo.signIn('editor@example.com');
    await hilo.trail.flush();
    expect(entries.map(({ what }) => what).sort()).toEqual(['refused', 'sign_in_failed', 'signed_in']);
  });

  it('has nothing that was not committed', async () => {
    await hilo.call('POST', '/api/users', STACK, { email: ANN, name: 'Ann', role: 'viewer', password: PASSWORD });
    await expect(
      hilo.database.transaction(async (client) => {
        const { appendChange } = await import('../adapters/postgres-audit-log.ts');
        await appendChange(client, { when_ms: 1, who: ANN, target: 'users/x', before: null, after: {} });
        await client.query('SELECT 1 / 0');
      }),
    ).rejects.toThrow('division by zero');
    expect(entries).toEqual([]);
  });

  it('has a change of a service once, from the service, with the id that the audit log has', async () => {
    await hilo.call('PUT', '/api/segmentation/v1/segments/a', editor, { size: 1, secret: 'whsec_one' });
    await fetch(`${url}/v1/segments/b`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ size: 2 }),
    });
    await hilo.call('GET', '/api/audit', STACK);
    expect(entries).toEqual([]);
    expect(changes).toMatchObject([
      {
        who: 'editor@example.com',
        method: 'PUT',
        target: 'v1/segments/a',
        before: null,
        after: { secret: '[redacted]' },
      },
      { who: 'the admin token', method: 'PUT', target: 'v1/segments/b', before: null, after: { size: 2 } },
    ]);
    const { rows } = await pool.query<{ change_id: string }>(
      'SELECT change_id FROM console.audit_entry WHERE change_id IS NOT NULL ORDER BY change_id',
    );
    const ids = changes.map(({ id }) => `segmentation/${id}`);
    expect(rows.map(({ change_id }) => change_id)).toEqual(ids.toSorted());
  });

  it('has the requests that a service refused', async () => {
    await fetch(`${url}/v1/segments/a`, { method: 'DELETE', headers: { authorization: 'Bearer wrong' } });
    await expect
      .poll(() => changes, { timeout: 30_000 })
      .toMatchObject([{ who: 'unknown caller', reason: 'unauthorized', target: 'v1/segments/:key', before: null }]);
  });
});
