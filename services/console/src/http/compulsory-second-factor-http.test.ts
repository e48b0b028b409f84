import type { ContractRoute } from '@hilo/service/contract';
import { IdentityProvider, type StoresFor } from '@hilo/test-stack';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_ADMIN } from '../domain/person.ts';
import { type ProviderFactor, providerFactorOf } from '../domain/provider-factor.ts';
import { FirstAdmin } from '../first-admin.ts';
import { authenticatorApp } from '../testing/authenticator-app.ts';
import {
  type Caller,
  ConsoleUnderTest,
  cookieOf,
  openDatabase,
  PASSWORD,
  passwords,
  STACK,
} from '../testing/console-under-test.ts';
import { ProviderBrowser } from '../testing/provider-browser.ts';
import { contract } from './contract.ts';

const CONSOLE = 'http://127.0.0.1:4000';
const ANN = 'ann@example.com';
const NEXT = 'the lamp hums under snow';
const STEP_MS = 30_000;

/** What a session can do that only lacks a second factor. */
const STILL_OPEN: ReadonlySet<string> = new Set([
  ...['GET /api/session', 'DELETE /api/session', 'POST /api/session/confirmation'],
  ...['PUT /api/session/second-factor', 'POST /api/session/second-factor/confirm'],
]);

/** Every other call that needs a session. */
const CLOSED = Object.values<ContractRoute>(contract.routes)
  .filter(({ path, access }) => path.startsWith('/api/') && access?.includes('open') !== true)
  .map(({ method, path }) => `${method} ${path}`)
  .filter((route) => !STILL_OPEN.has(route));

let stores: StoresFor<'postgres'>;
let provider: IdentityProvider;
let hilo: ConsoleUnderTest;
let turnedMs: number;

beforeAll(async () => {
  stores = await openDatabase();
  provider = await IdentityProvider.start({ redirectUrls: [`${CONSOLE}/api/session/openid/callback`] });
}, 120_000);
afterAll(async () => {
  await provider.stop();
  await stores.close();
});

async function open(secondFactor: ProviderFactor = 'never', requiresSecondFactor = true): Promise<ConsoleUnderTest> {
  const { issuer } = provider;
  const { clientId, clientSecret } = IdentityProvider;
  const client = { issuer, clientId, clientSecret, scopes: 'openid email', name: 'Our directory' };
  const openid = {
    ...client,
    roleClaim: 'roles',
    roles: [{ role: 'editor', value: 'marketing' }],
    secondFactor,
  } as const;
  const { postgresUrl } = stores;
  return ConsoleUnderTest.open({ postgresUrl, consoleUrl: CONSOLE, requiresSecondFactor, openid });
}

beforeEach(async () => {
  turnedMs = 0;
  provider.forgery = null;
  provider.signsIn = { sub: 'u-1', email: ANN, email_verified: true, name: 'Ann', roles: ['marketing'] };
  hilo = await open();
  await hilo.database.rows('DELETE FROM person', []);
});
afterEach(() => hilo.close());

const session = async (as: Caller) => (await hilo.call('GET', '/api/session', as)).body;
const signIn = (code?: string) =>
  hilo.call('POST', '/api/session', {}, { email: ANN, password: PASSWORD, ...(code === undefined ? {} : { code }) });
const callerOf = ({ headers, body }: Awaited<ReturnType<typeof signIn>>) => ({
  cookie: cookieOf(headers, 'hilo_session'),
  csrf: String(body?.csrf),
});

/** Sets the second factor up; with the app and the recovery codes. */
async function setUp(as: Caller) {
  const begun = await hilo.call('PUT', '/api/session/second-factor', as);
  expect(begun.status).toBe(200);
  const app = authenticatorApp(String(begun.body?.secret), () => Date.now() + turnedMs);
  const { status, body } = await hilo.call('POST', '/api/session/second-factor/confirm', as, { code: app() });
  expect(status).toBe(200);
  // The code is used up: the next one is another.
  turnedMs += 2 * STEP_MS;
  hilo.advance(2 * STEP_MS);
  return { app, codes: body?.recovery_codes as readonly string[] };
}

/** Signs in at the provider, which says this about how it was done. */
async function signInAtProvider(said: Readonly<Record<string, unknown>> = {}): Promise<Caller> {
  provider.forgery = { claims: (claims) => ({ ...claims, ...said }) };
  const { cookies } = await new ProviderBrowser(hilo).signIn();
  const cookie = cookies.find((one) => one.startsWith('hilo_session=')) ?? '';
  return { cookie, csrf: String((await session({ cookie }))?.csrf) };
}

async function expectRefused(as: Caller, code: string, stillOpen: readonly string[] = []): Promise<void> {
  for (const route of CLOSED.filter((one) => !stillOpen.includes(one))) {
    const [method, path] = route.split(' ') as ['GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE', string];
    const url = path.replace('{service}', 'profile').replaceAll(/\{\w+\}/g, 'x');
    const { body } = await hilo.call(method, url, as, method === 'GET' || method === 'DELETE' ? undefined : {});
    expect(body, route).toMatchObject({ status: 403, code });
  }
}

/** Refusals in the audit log, and changes of second factors. */
async function logged(fits: Readonly<Record<string, unknown>>) {
  await hilo.trail.flush();
  const { body } = await hilo.call('GET', '/api/audit?limit=100', STACK);
  expect(body?.items).toContainEqual(expect.objectContaining({ who: ANN, ...fits }));
}

describe('where a second factor is compulsory, somebody without one', () => {
  it('can set it up and sign out, and nothing else; the audit log says so', async () => {
    await hilo.add(ANN, 'admin');
    const ann = await hilo.signIn(ANN);
    expect(await session(ann)).toMatchObject({ needs_second_factor: true, second_factor_compulsory: true });
    await expectRefused(ann, 'second_factor_setup_required');
    await logged({ what: 'refused', reason: 'second_factor_setup_required' });
    expect(CLOSED.length).toBeGreaterThan(30);
    const { codes } = await setUp(ann);
    expect(codes).toHaveLength(10);
    await logged({ what: 'created', target: `users/${ANN}/second-factor` });
    expect(await session(ann)).toMatchObject({ second_factor: 'totp', needs_second_factor: false });
    expect((await hilo.call('GET', '/api/users', ann)).status).toBe(200);
    const other = callerOf(await signIn(codes[0]));
    expect(await session(other)).toMatchObject({ needs_second_factor: false });
    expect((await hilo.call('DELETE', '/api/session', other)).status).toBe(204);
  });

  it('can sign out, and give the password again if the session began a while ago', async () => {
    await hilo.add(ANN, 'editor');
    const ann = await hilo.signIn(ANN);
    hilo.advance(11 * 60_000);
    turnedMs += 11 * 60_000;
    const late = await hilo.call('PUT', '/api/session/second-factor', ann);
    expect(late.body).toMatchObject({ code: 'confirmation_required' });
    const again = callerOf(await hilo.call('POST', '/api/session/confirmation', ann, { password: PASSWORD }));
    expect(await session(again)).toMatchObject({ needs_second_factor: true });
    expect((await hilo.call('DELETE', '/api/session', again)).status).toBe(204);
    expect((await hilo.call('GET', '/api/session', again)).status).toBe(401);
  });

  it('changes a password that somebody else knows before that', async () => {
    const print: string[] = [];
    const first = { people: hilo.people, passwords, password: PASSWORD, print: (line: string) => print.push(line) };
    await new FirstAdmin({ ...first, nowMs: Date.now }).start();
    const owner = await hilo.signIn(FIRST_ADMIN.email);
    const begun = await hilo.call('PUT', '/api/session/second-factor', owner);
    expect(begun.body).toMatchObject({ code: 'password_change_required' });
    const changed = await hilo.call('PUT', '/api/session/password', owner, { current: PASSWORD, next: NEXT });
    expect(changed.body).toMatchObject({ must_change_password: false, needs_second_factor: true });
    const ready = callerOf(changed);
    await expectRefused(ready, 'second_factor_setup_required');
    await setUp(ready);
    expect((await hilo.call('GET', '/api/users', ready)).status).toBe(200);
  });

  it('is led to it by an invitation, too', async () => {
    const invited = await hilo.call('POST', '/api/users', STACK, { email: ANN, name: 'Ann', role: 'editor' });
    const { url } = (invited.body ?? {}).invitation as { readonly url: string };
    const token = url.split('#token=')[1];
    const accepted = await hilo.call('POST', '/api/invitations/accept', {}, { token, password: PASSWORD });
    expect(accepted.body).toMatchObject({ needs_second_factor: true });
    await expectRefused(callerOf(accepted), 'second_factor_setup_required');
  });

  it('goes on from there in a session that began before it was', async () => {
    const before = await open('never', false);
    await before.add(ANN, 'editor');
    const ann = await before.signIn(ANN);
    expect((await before.call('GET', '/api/session', ann)).body).toMatchObject({ needs_second_factor: false });
    await before.close();
    await expectRefused(ann, 'second_factor_setup_required');
  });

  it('still has tokens for programs', async () => {
    await hilo.add(ANN, 'editor');
    const before = await open('never', false);
    const expires_at = new Date(Date.now() + 86_400_000).toISOString();
    const wanted = { name: 'a program', scopes: ['segmentation:read'], expires_at };
    const made = await before.call('POST', '/api/tokens', await before.signIn(ANN), wanted);
    await before.close();
    const token = String(made.body?.token);
    expect((await hilo.call('GET', '/api/sign-in-ways', { token })).status).toBe(200);
    expect((await hilo.call('GET', '/api/segmentation/v1/segments', { token })).status).not.toBe(403);
  });
});

describe('where a second factor is compulsory, a second factor', () => {
  it('is not turned off by its owner, who can set up another; the audit log says so', async () => {
    await hilo.add(ANN, 'editor');
    const ann = await hilo.signIn(ANN);
    await setUp(ann);
    const off = await hilo.call('DELETE', '/api/session/second-factor', ann);
    expect(off.body).toMatchObject({ status: 403, code: 'second_factor_compulsory' });
    await logged({ what: 'refused', reason: 'second_factor_compulsory', target: 'session/second-factor' });
    const { app } = await setUp(ann);
    expect((await signIn(app())).status).toBe(200);
  });

  it('is reset by an admin: sessions end, and the next sign-in leads to another', async () => {
    await hilo.add(ANN, 'editor');
    const ann = await hilo.signIn(ANN);
    await setUp(ann);
    expect((await hilo.call('DELETE', `${await hilo.pathOf(ANN)}/second-factor`, STACK)).status).toBe(204);
    await logged({ who: 'the admin token', what: 'deleted', target: `users/${ANN}/second-factor` });
    expect((await hilo.call('GET', '/api/session', ann)).status).toBe(401);
    const again = callerOf(await signIn());
    expect(await session(again)).toMatchObject({ needs_second_factor: true });
    await expectRefused(again, 'second_factor_setup_required');
  });

  it('that was turned off while it was not compulsory is needed again in the same session', async () => {
    await hilo.add(ANN, 'editor');
    const ann = await hilo.signIn(ANN);
    await setUp(ann);
    const before = await open('never', false);
    expect((await before.call('DELETE', '/api/session/second-factor', ann)).status).toBe(204);
    await before.close();
    expect(await session(ann)).toMatchObject({ needs_second_factor: true });
  });
});

describe('where a second factor is compulsory, somebody of the identity provider', () => {
  it('sets up Hilo’s, and gives its code in each session', async () => {
    const ann = await signInAtProvider({ amr: ['pwd', 'mfa'] });
    await expectRefused(ann, 'second_factor_setup_required');
    const { app } = await setUp(ann);
    expect((await hilo.call('GET', '/api/segmentation/v1/segments', ann)).body).not.toMatchObject({ status: 403 });
    const again = await signInAtProvider();
    expect(await session(again)).toMatchObject({ second_factor: 'totp', needs_second_factor: true });
    await expectRefused(again, 'second_factor_code_required', ['POST /api/session/second-factor']);
    // Nor can the one that is on be replaced without its code.
    for (const [method, url] of [
      ['PUT', '/api/session/second-factor'],
      ['POST', '/api/session/second-factor/confirm'],
    ] as const)
      expect((await hilo.call(method, url, again, {})).body).toMatchObject({ code: 'second_factor_code_required' });
    const show = (code: string) => hilo.call('POST', '/api/session/second-factor', again, { code });
    expect((await show('000000')).body).toMatchObject({ status: 401, code: 'invalid_code', field: 'code' });
    await logged({ what: 'sign_in_failed', reason: 'invalid_code', target: 'session/second-factor' });
    const shown = await show(app());
    expect(shown.body).toMatchObject({ needs_second_factor: false });
    expect((await hilo.call('GET', '/api/session', again)).status).toBe(401);
    expect((await hilo.call('GET', '/api/sessions', callerOf(shown))).status).toBe(200);
  });

  it('guesses ten codes an hour', async () => {
    const { app } = await setUp(await signInAtProvider());
    const again = await signInAtProvider();
    const show = async (code: string) =>
      (await hilo.call('POST', '/api/session/second-factor', again, { code })).status;
    for (let time = 0; time < 10; time++) expect(await show('000000')).toBe(401);
    expect(await show(app())).toBe(429);
  });

  it.each([
    ['the claim says so', 'amr=mfa', { amr: ['pwd', 'mfa'] }, false],
    ['the claim does not say so', 'amr=mfa', { amr: ['pwd'] }, true],
    ['there is no claim', 'acr=two', {}, true],
    ['the operator trusts it always', 'always', {}, false],
    ['the operator trusts it never', 'never', { amr: ['mfa'], acr: 'two' }, true],
  ])('needs it unless the provider asked for one: %s', async (_, rule, said, needs) => {
    const trusting = await open(providerFactorOf(rule));
    const own = hilo;
    hilo = trusting;
    const ann = await signInAtProvider(said);
    expect(await session(ann)).toMatchObject({ second_factor: 'none', needs_second_factor: needs });
    expect((await hilo.call('GET', '/api/sessions', ann)).status).toBe(needs ? 403 : 200);
    hilo = own;
    await trusting.close();
  });

  it('sends no code where there is no second factor', async () => {
    const before = await open('never', false);
    await before.add(ANN, 'editor');
    const ann = await before.signIn(ANN);
    const { body } = await before.call('POST', '/api/session/second-factor', ann, { code: '000000' });
    expect(body).toMatchObject({ status: 404, code: 'not_found' });
    await before.close();
  });
});
