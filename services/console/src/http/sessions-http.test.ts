import { beforeEach, describe, expect, it } from 'vitest';
import { tokenHash } from '../domain/opaque-token.ts';
import {
  type Caller,
  type ConsoleUnderTest,
  cookieOf,
  openConsole,
  PASSWORD,
  STACK,
} from '../testing/console-under-test.ts';

const ANN = 'ann@example.com';

interface Shown {
  readonly id: string;
  readonly address: string;
  readonly user_agent: string;
  readonly current: boolean;
}

let hilo: ConsoleUnderTest;

openConsole('the file', (opened) => {
  hilo = opened;
});

beforeEach(async () => {
  await hilo.database.rows('DELETE FROM person', []);
  await hilo.add(ANN, 'viewer');
});

/** Signs in with a browser, from an address. */
async function signIn(userAgent: string, from: string): Promise<Caller & { readonly cookie: string }> {
  const { headers, body } = await hilo.app.instance
    .inject({
      method: 'POST',
      url: '/api/session',
      remoteAddress: from,
      headers: { 'content-type': 'application/json', 'user-agent': userAgent },
      payload: JSON.stringify({ email: ANN, password: PASSWORD }),
    })
    .then((answer) => ({ headers: answer.headers, body: answer.json<{ csrf: string }>() }));
  return { cookie: cookieOf(headers, 'hilo_session'), csrf: body.csrf };
}

const shown = async (as: Caller, url = '/api/sessions'): Promise<readonly Shown[]> =>
  ((await hilo.call('GET', url, as)).body?.items ?? []) as readonly Shown[];
const isIn = async (as: Caller) => (await hilo.call('GET', '/api/session', as)).status === 200;
/** The newest change in the audit log. */
const newest = async () => {
  const { body } = await hilo.call('GET', '/api/audit?limit=100', STACK);
  const items = body?.items as Record<string, unknown>[];
  return items.find(({ what }) => ['created', 'changed', 'deleted'].includes(String(what)));
};

describe('one’s own sessions', () => {
  it('are listed with where they began, and nothing that opens one', async () => {
    const laptop = await signIn('Laptop/1.0', '192.0.2.1');
    await signIn(`Phone\u0000/2.0 ${'x'.repeat(300)}`, '2001:db8::7');
    const { text, body } = await hilo.call('GET', '/api/sessions', laptop);
    const items = body?.items as readonly Shown[];
    expect(items).toHaveLength(2);
    expect(items.find(({ current }) => current)).toMatchObject({ address: '192.0.2.1', user_agent: 'Laptop/1.0' });
    const phone = items.find(({ current }) => !current);
    expect(phone).toMatchObject({ address: '2001:db8::7', user_agent: expect.stringMatching(/^Phone\/2\.0 x+$/) });
    expect(phone?.user_agent).toHaveLength(200);
    const token = laptop.cookie.split('=')[1] ?? '';
    for (const secret of [token, tokenHash(token).toString('hex'), tokenHash(token).toString('base64')])
      expect(text).not.toContain(secret);
  });

  it('are ended one by one, and the log says which', async () => {
    const [laptop, phone] = [await signIn('Laptop', '192.0.2.1'), await signIn('Phone', '192.0.2.2')];
    const id = (await shown(laptop)).find(({ current }) => !current)?.id ?? '';
    expect((await hilo.call('DELETE', `/api/sessions/${id}`, laptop)).status).toBe(204);
    expect([await isIn(laptop), await isIn(phone)]).toEqual([true, false]);
    expect(await newest()).toMatchObject({
      ...{ who: ANN, what: 'deleted', target: `users/${ANN}/sessions/${id}` },
      before: { address: '192.0.2.2', user_agent: 'Phone' },
    });
    for (const other of [id, 'x', '%01', crypto.randomUUID()])
      expect((await hilo.call('DELETE', `/api/sessions/${other}`, laptop)).status).toBe(404);
  });

  it('are ended all but this one', async () => {
    const sessions = [await signIn('A', '192.0.2.1'), await signIn('B', '192.0.2.1'), await signIn('C', '192.0.2.1')];
    expect((await hilo.call('DELETE', '/api/sessions', sessions[1])).status).toBe(204);
    expect(await Promise.all(sessions.map(isIn))).toEqual([false, true, false]);
    expect(await newest()).toMatchObject({ target: `users/${ANN}/sessions`, before: { sessions: 2 } });
    const before = await newest();
    expect((await hilo.call('DELETE', '/api/sessions', sessions[1])).status).toBe(204);
    expect(await newest()).toEqual(before);
  });

  it('are nobody else’s to end', async () => {
    const ann = await signIn('Laptop', '192.0.2.1');
    const [own] = await shown(ann);
    const other = await hilo.person('viewer');
    expect((await hilo.call('DELETE', `/api/sessions/${own?.id}`, other)).status).toBe(404);
    expect((await hilo.call('GET', '/api/sessions', STACK)).status).toBe(401);
    expect(await isIn(ann)).toBe(true);
  });
});

describe('sessions of others', () => {
  it('are seen and ended by admins', async () => {
    const ann = await signIn('Laptop', '192.0.2.1');
    const url = `${await hilo.pathOf(ANN)}/sessions`;
    for (const [method, as] of [
      ['GET', ann],
      ['DELETE', ann],
      ['GET', await hilo.person('editor')],
    ] as const)
      expect((await hilo.call(method, url, as)).body).toMatchObject({ status: 403, code: 'forbidden' });
    const admin = await hilo.person('admin');
    expect(await shown(admin, url)).toMatchObject([{ address: '192.0.2.1', user_agent: 'Laptop', current: false }]);
    expect((await hilo.call('DELETE', url, admin)).status).toBe(204);
    expect(await isIn(ann)).toBe(false);
    expect(await newest()).toMatchObject({ who: 'admin@example.com', target: `users/${ANN}/sessions` });
    for (const user of [await hilo.pathOf('nobody@example.com'), `/api/users/${ANN}`, '/api/users/%01']) {
      expect((await hilo.call('GET', `${user}/sessions`, admin)).status).toBe(404);
      expect((await hilo.call('DELETE', `${user}/sessions`, admin)).status).toBe(404);
    }
  });
});
