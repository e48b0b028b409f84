import { beforeEach, describe, expect, it } from 'vitest';
import { PostgresAuditLog } from '../adapters/postgres-audit-log.ts';
import { tokenHash } from '../domain/opaque-token.ts';
import { type Caller, type ConsoleUnderTest, openConsole, PASSWORD, STACK } from '../testing/console-under-test.ts';

const BEN = { email: 'ben@example.com', name: 'Ben', role: 'viewer', password: PASSWORD };
const DAY_MS = 86_400_000;

let hilo: ConsoleUnderTest;
let admin: Caller;

openConsole('the file', (opened) => {
  hilo = opened;
});

beforeEach(async () => {
  await hilo.database.rows('DELETE FROM person', []);
  admin = await hilo.person('admin');
});

/** The items of a page. */
function itemsOf<T>(body: Record<string, unknown> | null): readonly T[] {
  return (body?.items ?? []) as readonly T[];
}

const newest = (limit?: number) => hilo.changes(limit);

describe('users', () => {
  it('are added, changed and removed by admins, and each of it is written down', async () => {
    const added = await hilo.call('POST', '/api/users', admin, { ...BEN, email: 'Ben@Example.com' });
    expect(added.status).toBe(201);
    const shown = { email: BEN.email, name: 'Ben', role: 'viewer', disabled: false };
    const signIn = { must_change_password: true, second_factor: 'none', signs_in_by: 'password', invitation: null };
    expect(added.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ...shown,
      ...signIn,
      created_at: expect.any(String),
      updated_at: added.body?.created_at,
    });
    const changed = await hilo.call('PATCH', `/api/users/${String(added.body?.id)}`, admin, {
      name: 'Benedict',
      role: 'editor',
    });
    expect(changed.body).toMatchObject({ name: 'Benedict', role: 'editor', disabled: false });
    expect((await hilo.call('DELETE', await hilo.pathOf(BEN.email), admin)).status).toBe(204);
    const after = { ...shown, name: 'Benedict', role: 'editor' };
    const line = { who: 'admin@example.com', target: 'users/ben@example.com' };
    expect(await newest(3)).toMatchObject([
      { ...line, what: 'deleted', before: after, after: null },
      { ...line, what: 'changed', before: shown, after },
      { ...line, what: 'created', before: null, after: shown },
    ]);
    expect(JSON.stringify(await newest(3))).not.toMatch(/scrypt|correct horse/);
  });

  it('are listed page by page, by address', async () => {
    for (const email of ['c@example.com', 'b@example.com']) await hilo.add(email, 'viewer');
    const first = await hilo.call('GET', '/api/users?limit=2', admin);
    const rest = await hilo.call('GET', `/api/users?limit=2&cursor=${String(first.body?.next)}`, admin);
    const emails = [first, rest].map(({ body }) => itemsOf<{ email: string }>(body).map(({ email }) => email));
    expect(emails).toEqual([['admin@example.com', 'b@example.com'], ['c@example.com']]);
    expect(rest.body?.next).toBeNull();
    expect(first.text).not.toContain('scrypt');
  });

  it.each([
    [{ ...BEN, email: 'ben' }, 400, 'invalid_request', 'email'],
    [{ ...BEN, name: ' ' }, 400, 'invalid_request', 'name'],
    [{ ...BEN, role: 'owner' }, 400, 'invalid_request', 'role'],
    [{ ...BEN, password: 'short' }, 400, 'invalid_request', 'password'],
    [{ ...BEN, disabled: true }, 400, 'invalid_request', 'disabled'],
    [{ ...BEN, email: 'ADMIN@example.com' }, 409, 'email_taken', 'email'],
  ])('are not added as %j', async (body, status, code, field) => {
    expect((await hilo.call('POST', '/api/users', admin, body)).body).toMatchObject({ status, code, field });
  });

  it.each(['admin@example.com', 'nobody', '%01', '00000000-0000-4000-8000-000000000000'])(
    'are not known by %s',
    async (id) => {
      const changed = await hilo.call('PATCH', `/api/users/${id}`, admin, { name: 'X' });
      expect(changed.body).toMatchObject({ status: 404, field: 'id' });
      expect((await hilo.call('DELETE', `/api/users/${id}`, admin)).status).toBe(404);
    },
  );

  it('are listed on by no cursor whose user was removed since, and no cursor shows an address', async () => {
    for (const email of ['b@example.com', 'c@example.com']) await hilo.add(email, 'viewer');
    const next = String((await hilo.call('GET', '/api/users?limit=2', admin)).body?.next);
    expect(Buffer.from(next, 'base64url').toString()).not.toContain('@');
    await hilo.call('DELETE', await hilo.pathOf('b@example.com'), admin);
    const rest = await hilo.call('GET', `/api/users?limit=2&cursor=${next}`, admin);
    expect(rest.body).toMatchObject({ status: 400, field: 'cursor' });
  });

  it('always include an admin who can sign in', async () => {
    const last = await hilo.pathOf('admin@example.com');
    const changes = [{ role: 'editor' }, { disabled: true }];
    for (const change of changes)
      expect((await hilo.call('PATCH', last, admin, change)).body).toMatchObject({ status: 409, code: 'last_admin' });
    expect((await hilo.call('DELETE', last, admin)).body).toMatchObject({ status: 409, code: 'last_admin' });
    expect((await hilo.call('PATCH', last, admin, { name: 'Still here' })).status).toBe(200);
    await hilo.add('second@example.com', 'admin');
    expect((await hilo.call('PATCH', last, admin, { role: 'editor' })).status).toBe(200);
  });

  it('keep an admin also when two go at once', async () => {
    await hilo.add('second@example.com', 'admin');
    const paths = [await hilo.pathOf('admin@example.com'), await hilo.pathOf('second@example.com')];
    const answers = await Promise.all(paths.map((path) => hilo.call('DELETE', path, STACK)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 409]));
  });

  it.each(['editor', 'viewer', 'privacy'] as const)(
    'are none of the business of a person with the role %s',
    async (role) => {
      const person = await hilo.person(role);
      const answers = [
        await hilo.call('GET', '/api/users', person),
        await hilo.call('POST', '/api/users', person, BEN),
        await hilo.call('PATCH', await hilo.pathOf('admin@example.com'), person, { role: 'viewer' }),
        await hilo.call('DELETE', await hilo.pathOf('admin@example.com'), person),
        await hilo.call('GET', '/api/audit', person),
      ];
      for (const { body } of answers) expect(body).toMatchObject({ status: 403, code: 'forbidden' });
    },
  );
});

describe('API tokens', () => {
  const soon = (): string => new Date(Date.now() + DAY_MS).toISOString();
  const make = async (as: Caller, scopes: readonly string[], expires_at = soon()) =>
    hilo.call('POST', '/api/tokens', as, { name: 'ci', scopes, expires_at });
  const tokenOf = (made: { readonly body: Record<string, unknown> | null }): Caller => ({
    token: String(made.body?.token),
  });

  it('are shown once, and stored as a hash', async () => {
    const made = await make(admin, ['pipeline:read', 'history:read']);
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.stringMatching(/^t_[\w-]{16}$/),
      ...{ name: 'ci', scopes: ['history:read', 'pipeline:read'], owner: 'admin@example.com', last_used_at: null },
      ...{ created_at: expect.any(String), expires_at: expect.any(String) },
      token: expect.stringMatching(/^hilo_[\w-]{43}$/),
    });
    const { token } = tokenOf(made);
    const [row] = await hilo.database.rows<{ token_hash: Buffer }>('SELECT * FROM api_token', []);
    expect(row?.token_hash).toEqual(tokenHash(token ?? ''));
    expect((await hilo.call('GET', '/api/tokens', admin)).text).not.toContain(token);
    expect(JSON.stringify(await newest())).not.toContain(token);
    expect(await newest()).toMatchObject([{ what: 'created', target: `tokens/${String(made.body?.id)}` }]);
  });

  it('work without cookie and CSRF text, within their scopes', async () => {
    const token = tokenOf(await make(admin, ['people:write']));
    expect((await hilo.call('POST', '/api/users', token, BEN)).status).toBe(201);
    expect(await newest()).toMatchObject([
      { who: expect.stringMatching(/^admin@example\.com by token t_/), what: 'created' },
    ]);
    expect((await hilo.call('GET', '/api/overview', token)).status).toBe(403);
    expect((await hilo.call('GET', '/api/session', token)).status).toBe(401);
    const reader = tokenOf(await make(admin, ['people:read']));
    expect((await hilo.call('GET', '/api/users', reader)).status).toBe(200);
    expect((await hilo.call('DELETE', await hilo.pathOf(BEN.email), reader)).status).toBe(403);
    expect((await hilo.call('GET', '/api/tokens', reader)).status).toBe(200);
    expect((await make(reader, ['people:read'])).status).toBe(403);
  });

  it('say when they were last used', async () => {
    const token = tokenOf(await make(admin, ['people:read']));
    await hilo.call('GET', '/api/users', token);
    const { body } = await hilo.call('GET', '/api/tokens', admin);
    expect(body?.items).toMatchObject([{ last_used_at: expect.stringMatching(/^\d{4}-/) }]);
  });

  it('end with their time, with their owner’s role, and with their owner', async () => {
    await hilo.add('second@example.com', 'admin');
    const second = await hilo.signIn('second@example.com');
    const token = tokenOf(await make(second, ['people:read']));
    const asks = async () => (await hilo.call('GET', '/api/users', token)).status;
    expect(await asks()).toBe(200);
    hilo.advance(2 * DAY_MS);
    expect(await asks()).toBe(401);
    hilo.advance(-2 * DAY_MS);
    await hilo.call('PATCH', await hilo.pathOf('second@example.com'), admin, { role: 'viewer' });
    expect(await asks()).toBe(403);
    await hilo.call('PATCH', await hilo.pathOf('second@example.com'), admin, { disabled: true });
    expect(await asks()).toBe(401);
    await hilo.call('DELETE', await hilo.pathOf('second@example.com'), admin);
    expect(await asks()).toBe(401);
  });

  it('are seen and removed by their owner, and by admins', async () => {
    const [viewer, editor] = [await hilo.person('viewer'), await hilo.person('editor')];
    const [mine, others] = [await make(viewer, ['history:read']), await make(editor, ['history:write'])];
    const seen = async (as: Caller) => {
      const { body } = await hilo.call('GET', '/api/tokens', as);
      return itemsOf<{ owner: string }>(body).map(({ owner }) => owner);
    };
    expect(await seen(viewer)).toEqual(['viewer@example.com']);
    expect(new Set(await seen(admin))).toEqual(new Set(['editor@example.com', 'viewer@example.com']));
    expect((await hilo.call('DELETE', `/api/tokens/${String(others.body?.id)}`, viewer)).status).toBe(404);
    expect((await hilo.call('DELETE', `/api/tokens/${String(mine.body?.id)}`, viewer)).status).toBe(204);
    expect((await hilo.call('DELETE', `/api/tokens/${String(others.body?.id)}`, admin)).status).toBe(204);
    expect((await hilo.call('DELETE', '/api/tokens/%01', admin)).status).toBe(404);
    expect(await seen(admin)).toEqual([]);
  });

  it('are listed page by page', async () => {
    for (let count = 0; count < 3; count++) await make(admin, ['people:read']);
    const first = await hilo.call('GET', '/api/tokens?limit=2', admin);
    const rest = await hilo.call('GET', `/api/tokens?limit=2&cursor=${String(first.body?.next)}`, admin);
    const ids = [first, rest].flatMap(({ body }) => itemsOf<{ id: string }>(body).map(({ id }) => id));
    expect(new Set(ids).size).toBe(3);
    expect(rest.body?.next).toBeNull();
  });

  it('are not given more than their owner has', async () => {
    const viewer = await hilo.person('viewer');
    const { body } = await make(viewer, ['history:read', 'history:write', 'people:read']);
    expect(body).toMatchObject({ status: 403, code: 'forbidden', field: 'scopes' });
    expect((await make(STACK, ['history:read'])).body).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it.each([
    [[], undefined, 'scopes'],
    [['everything'], undefined, 'scopes'],
    [['history:read'], 'tomorrow', 'expires_at'],
    [['history:read'], new Date(Date.now() - 1000).toISOString(), 'expires_at'],
    [['history:read'], new Date(Date.now() + 400 * DAY_MS).toISOString(), 'expires_at'],
  ])('are not made with the scopes %j until %s', async (scopes, until, field) => {
    expect((await make(admin, scopes, until)).body).toMatchObject({ status: 400, field });
  });

  it.each(['x', 'hilo_x', `hilo_${'x'.repeat(43)}`, 'the-admin-tokem'])(
    'are none when nobody made them: %s',
    async (token) => {
      expect((await hilo.call('GET', '/api/overview', { token })).body).toMatchObject({
        status: 401,
        code: 'unauthorized',
      });
    },
  );
});

describe('the audit log', () => {
  it('is read newest first, page by page', async () => {
    await newest();
    for (const email of ['b@example.com', 'c@example.com', 'd@example.com']) await hilo.add(email, 'viewer');
    const first = await hilo.call('GET', '/api/audit?limit=2', admin);
    const next = await hilo.call('GET', `/api/audit?limit=1&cursor=${String(first.body?.next)}`, admin);
    const targets = [first, next].flatMap(({ body }) => itemsOf<{ target: string }>(body).map(({ target }) => target));
    expect(targets).toEqual(['users/d@example.com', 'users/c@example.com', 'users/b@example.com']);
    const wrong = Buffer.from('["x"]').toString('base64url');
    expect((await hilo.call('GET', `/api/audit?cursor=${wrong}`, admin)).status).toBe(400);
  });

  it.each(["UPDATE audit_entry SET who = 'somebody else'", 'DELETE FROM audit_entry', 'TRUNCATE audit_entry'])(
    'refuses %s',
    async (sql) => {
      await expect(hilo.database.rows(sql, [])).rejects.toThrow('the audit log is append only');
    },
  );

  it('loses entries that are old, in batches, and has an entry that says so', async () => {
    const audit = new PostgresAuditLog(hilo.database);
    const old = {
      who: 'ann@example.com',
      what: 'ran',
      target: 'old',
      address: null,
      reason: null,
      method: null,
    } as const;
    const rest = { count: 1, before: null, after: null, change_id: null };
    for (const days of [500, 450, 401, 399])
      await audit.append({ ...old, ...rest, when_ms: Date.now() - days * DAY_MS });
    const isOver = Date.now() - 400 * DAY_MS;
    expect(await audit.deleteBefore(isOver, 2)).toBe(2);
    expect(await audit.deleteBefore(isOver, 2)).toBe(1);
    expect(await audit.deleteBefore(isOver, 2)).toBe(0);
    const { body } = await hilo.call('GET', '/api/audit?limit=100', admin);
    expect(itemsOf<{ target: string }>(body).filter(({ target }) => target === 'old')).toHaveLength(1);
    const deletions = itemsOf<{ target: string; what: string }>(body).filter(
      ({ target, what }) => target === 'audit' && what === 'deleted',
    );
    const until = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(deletions).toMatchObject([
      { who: expect.stringMatching(/^database user /), before: { entries: 1, until } },
      { before: { entries: 2, until } },
    ]);
    expect(await audit.deleteBefore(Date.now() - 29 * DAY_MS, 1)).toBe(1);
    await expect(audit.deleteBefore(Date.now() + DAY_MS, 100)).rejects.toThrow('its entries of the last 30 days stay');
  });

  it('has no line for what did not come about', async () => {
    const before = await newest();
    await hilo.call('POST', '/api/users', admin, { ...BEN, email: 'admin@example.com' });
    await hilo.call('DELETE', await hilo.pathOf('admin@example.com'), admin);
    await hilo.call('DELETE', await hilo.pathOf('nobody@example.com'), admin);
    expect(await newest()).toEqual(before);
  });
});
