import { beforeEach, describe, expect, it } from 'vitest';
import { FirstAdmin } from '../first-admin.ts';
import {
  type Caller,
  type ConsoleUnderTest,
  cookieOf,
  openConsole,
  PASSWORD,
  passwords,
  STACK,
} from '../testing/console-under-test.ts';

const ANN = { email: 'ann.lindqvist@example.com', name: 'Ann Lindqvist', role: 'editor' };
const NEXT = 'the lamp hums under snow';

let hilo: ConsoleUnderTest;

openConsole('the file', (opened) => {
  hilo = opened;
});

beforeEach(async () => {
  await hilo.database.rows('DELETE FROM person', []);
});

const changeOwn = (as: Caller, current: string, next: string, more: object = {}) =>
  hilo.call('PUT', '/api/session/password', as, { current, next, ...more });

describe('a password that is easy to guess', () => {
  const WEAK = ['password1234', ANN.email, 'Lindqvist-Ann-1', 'hilo-console-1', 'qwertyuiop123', 'contraseña1234'];

  it.each(WEAK)('%s is refused for a new user', async (password) => {
    const { body } = await hilo.call('POST', '/api/users', STACK, { ...ANN, password });
    expect(body).toMatchObject({ status: 400, code: 'weak_password', field: 'password' });
    expect(body?.detail).toMatch(/^This password is easy to guess\. /);
  });

  it.each(WEAK)('%s is refused where an admin sets it', async (password) => {
    await hilo.call('POST', '/api/users', STACK, { ...ANN, password: PASSWORD });
    const { body } = await hilo.call('PATCH', await hilo.pathOf(ANN.email), STACK, { password });
    expect(body).toMatchObject({ status: 400, code: 'weak_password', field: 'password' });
  });

  it.each(WEAK)('%s is refused where people choose their own', async (next) => {
    await hilo.call('POST', '/api/users', STACK, { ...ANN, password: PASSWORD });
    const ann = await hilo.signIn(ANN.email);
    expect((await changeOwn(ann, PASSWORD, next)).body).toMatchObject({
      ...{ status: 400, code: 'weak_password', field: 'next' },
    });
  });

  it('is refused with the new name, where an admin changes both', async () => {
    await hilo.call('POST', '/api/users', STACK, { ...ANN, password: PASSWORD });
    const change = { name: 'Zedborough Quimbly', password: 'zedborough-quimbly' };
    expect((await hilo.call('PATCH', await hilo.pathOf(ANN.email), STACK, change)).body).toMatchObject({
      code: 'weak_password',
    });
  });
});

describe('a password that somebody else chose', () => {
  /** Calls that a person with such a password may not make. */
  const REFUSED = [
    ['GET', '/api/overview'],
    ['GET', '/api/users'],
    ['GET', '/api/tokens'],
    ['GET', '/api/sessions'],
    ['DELETE', '/api/sessions'],
    ['PUT', '/api/session/second-factor'],
    ['GET', '/api/explore/queries'],
    ['GET', '/api/segmentation/v1/segments'],
    ['PUT', '/api/segmentation/v1/segments/a'],
    ['GET', '/api/live'],
  ] as const;

  const added = async () => {
    await hilo.call('POST', '/api/users', STACK, { ...ANN, role: 'admin', password: PASSWORD });
    return hilo.signIn(ANN.email);
  };

  it.each(REFUSED)('lets nobody make the call %s %s', async (method, url) => {
    const ann = await added();
    const { body } = await hilo.call(method, url, ann, method === 'PUT' ? {} : undefined);
    expect(body).toMatchObject({ status: 403, code: 'password_change_required' });
  });

  it('lets them see who they are, change it and sign out', async () => {
    const ann = await added();
    expect((await hilo.call('GET', '/api/session', ann)).body).toMatchObject({ must_change_password: true });
    expect((await changeOwn(ann, PASSWORD, PASSWORD)).body).toMatchObject({
      ...{ status: 400, code: 'same_password', field: 'next' },
    });
    const { status, headers, body } = await changeOwn(ann, PASSWORD, NEXT);
    expect([status, body]).toMatchObject([200, { must_change_password: false }]);
    const renewed = { cookie: cookieOf(headers, 'hilo_session'), csrf: String(body?.csrf) };
    expect((await hilo.call('GET', '/api/users', renewed)).body).toMatchObject({
      items: [{ email: ANN.email, must_change_password: false }],
    });
    expect((await hilo.call('DELETE', '/api/session', await hilo.signIn(ANN.email, NEXT))).status).toBe(204);
  });

  it('is one, too, after an admin set it anew', async () => {
    await hilo.add(ANN.email, 'editor');
    await hilo.call('PATCH', await hilo.pathOf(ANN.email), STACK, { password: NEXT });
    const ann = await hilo.signIn(ANN.email, NEXT);
    expect((await hilo.call('GET', '/api/overview', ann)).body).toMatchObject({ code: 'password_change_required' });
  });

  it.each(['', 'given by the operator'])('is that of the first admin: "%s"', async (password) => {
    const printed: string[] = [];
    const print = (line: string): void => void printed.push(line);
    await new FirstAdmin({ people: hilo.people, passwords, password, print, nowMs: Date.now }).start();
    const said = /password (\S{24}) /.exec(printed.join())?.[1];
    const admin = await hilo.signIn('admin@hilo.local', said ?? password);
    expect((await hilo.call('GET', '/api/users', admin)).body).toMatchObject({ code: 'password_change_required' });
  });
});

describe('API tokens', () => {
  const tokenOf = async (as: Caller): Promise<Caller> => {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await hilo.call('POST', '/api/tokens', as, { name: 'ci', scopes: ['history:read'], expires_at });
    return { token: String(body?.token) };
  };
  const answers = async (token: Caller) => (await hilo.call('GET', '/api/tokens', token)).status;

  beforeEach(() => hilo.add(ANN.email, 'editor'));

  it('end with a password that an admin sets, unless the admin says otherwise', async () => {
    const token = await tokenOf(await hilo.signIn(ANN.email));
    const set = async (change: object) => hilo.call('PATCH', await hilo.pathOf(ANN.email), STACK, change);
    await set({ password: NEXT, revoke_tokens: false });
    expect(await answers(token)).not.toBe(401);
    await set({ password: PASSWORD });
    expect(await answers(token)).toBe(401);
    const { body } = await hilo.call('GET', '/api/audit', STACK);
    const changes = ((body?.items ?? []) as { what: string }[]).filter(({ what }) => what === 'changed');
    expect(changes[0]).toMatchObject({ after: { revoke_tokens: true } });
  });

  it('stay when people change their own password, unless they say otherwise', async () => {
    const ann = await hilo.signIn(ANN.email);
    const token = await tokenOf(ann);
    await changeOwn(ann, PASSWORD, NEXT);
    expect(await answers(token)).not.toBe(401);
    await changeOwn(await hilo.signIn(ANN.email, NEXT), NEXT, PASSWORD, { revoke_tokens: true });
    expect(await answers(token)).toBe(401);
  });
});
