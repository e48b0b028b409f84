import { type Forgery, IdentityProvider, type ProviderPerson, type StoresFor } from '@hilo/test-stack';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenidSettings } from '../config-sign-in.ts';
import { ATTEMPT_S, attemptKey, openAttempt, sealAttempt } from '../domain/openid-attempt.ts';
import {
  type Caller,
  CONSOLE_KEY,
  ConsoleUnderTest,
  openDatabase,
  PASSWORD,
  STACK,
} from '../testing/console-under-test.ts';
import { type Led, ProviderBrowser } from '../testing/provider-browser.ts';

const CONSOLE = 'http://127.0.0.1:4000';
const ANN: ProviderPerson = {
  ...{ sub: 'u-1', email: 'ann@example.com', email_verified: true, name: 'Ann' },
  roles: ['staff', 'marketing'],
};

let stores: StoresFor<'postgres'>;
let provider: IdentityProvider;
let openid: OpenidSettings;
let hilo: ConsoleUnderTest;

beforeAll(async () => {
  stores = await openDatabase();
  provider = await IdentityProvider.start({ redirectUrls: [`${CONSOLE}/api/session/openid/callback`] });
  openid = {
    ...{ issuer: provider.issuer, clientId: IdentityProvider.clientId, clientSecret: IdentityProvider.clientSecret },
    ...{ scopes: 'openid email profile', name: 'Our directory', roleClaim: 'roles' },
    roles: [
      { role: 'admin', value: 'hilo-admins' },
      { role: 'editor', value: 'marketing' },
      { role: 'viewer', value: 'staff' },
    ],
    secondFactor: 'never',
  };
}, 120_000);
afterAll(async () => {
  await provider.stop();
  await stores.close();
});

beforeEach(async () => {
  provider.forgery = null;
  provider.signsIn = ANN;
  hilo = await ConsoleUnderTest.open({ postgresUrl: stores.postgresUrl, consoleUrl: CONSOLE, openid });
  await hilo.database.rows('DELETE FROM person', []);
});
afterEach(() => hilo.close());

const browser = () => new ProviderBrowser(hilo);
const signIn = (as: Caller = {}) => browser().signIn(as);
const refusedFor = (reason: string) => `${CONSOLE}/?sign_in_refused=${reason}`;
const sessionOf = ({ cookies }: Led) => cookies.find((cookie) => cookie.startsWith('hilo_session=')) ?? '';
const whoIs = async (led: Led) => (await hilo.call('GET', '/api/session', { cookie: sessionOf(led) })).body;
const people = async () => (await hilo.call('GET', '/api/users', STACK)).body?.items as Record<string, unknown>[];
const newest = async (limit = 1) =>
  (await hilo.call('GET', `/api/audit?limit=${limit}`, STACK)).body?.items as Record<string, unknown>[];
/** The last change, but for the sign-in that made it. */
const lastChange = async () => (await newest(5)).find(({ what }) => what !== 'signed_in');

/** Nobody is signed in, and the reason is in the address. */
function expectRefused(led: Led, reason: string): void {
  expect(led).toMatchObject({ status: 302, location: refusedFor(reason) });
  expect(led.set.join()).not.toContain('hilo_session');
}

describe('signing in by OpenID Connect', () => {
  it('adds a person with the highest role that the claim gives, signed in and without a password', async () => {
    const led = await signIn();
    expect(led).toMatchObject({ status: 302, location: `${CONSOLE}/` });
    expect(await whoIs(led)).toMatchObject({
      user: { email: 'ann@example.com', name: 'Ann', role: 'editor', signs_in_by: 'openid' },
    });
    expect(await people()).toMatchObject([{ email: 'ann@example.com', role: 'editor', signs_in_by: 'openid' }]);
    expect(await hilo.people.find('ann@example.com')).toMatchObject({ password_hash: null });
    expect(await newest(2)).toMatchObject([
      { who: 'ann@example.com', what: 'signed_in', target: 'session', address: '127.0.0.1' },
      { who: 'ann@example.com', what: 'created', target: 'users/ann@example.com', address: '127.0.0.1' },
    ]);
    const byPassword = { email: 'ann@example.com', password: PASSWORD };
    expect((await hilo.call('POST', '/api/session', {}, byPassword)).status).toBe(401);
  });

  it('knows a person by issuer and subject, whatever the address is now, and gives the role of the claim each time', async () => {
    const first = await signIn();
    provider.signsIn = { ...ANN, email: 'ann.smith@example.com', roles: ['hilo-admins'] };
    const again = await signIn();
    expect(await whoIs(again)).toMatchObject({ user: { email: 'ann@example.com', role: 'admin' } });
    expect(await whoIs(first)).toMatchObject({ user: { role: 'admin' } });
    expect(await people()).toHaveLength(1);
    expect(await lastChange()).toMatchObject({ what: 'changed', before: { role: 'editor' }, after: { role: 'admin' } });
    provider.signsIn = { ...ANN, roles: 'staff' };
    expect(await whoIs(await signIn())).toMatchObject({ user: { role: 'viewer' } });
  });

  it('begins with PKCE, state and nonce, none of which the browser can read or change', async () => {
    const begun = await browser().open('/api/session/openid');
    const { origin, searchParams } = new URL(begun.location);
    expect(origin).toBe(provider.issuer);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      ...{ client_id: 'hilo', response_type: 'code', scope: 'openid email profile', code_challenge_method: 'S256' },
      redirect_uri: `${CONSOLE}/api/session/openid/callback`,
    });
    const [header = ''] = begun.set;
    expect(header).toMatch(/^hilo_openid=[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/);
    for (const name of ['state', 'nonce', 'code_challenge']) {
      const value = searchParams.get(name) ?? '';
      expect(value.length).toBeGreaterThan(40);
      expect(Buffer.from(header.split(/[=;]/)[1] ?? '', 'base64url').toString('latin1')).not.toContain(value);
    }
  });

  it('is over when the browser has come back, and ends the session with which the browser began', async () => {
    const earlier = await signIn();
    const { url, cookie } = await browser().signInAtProvider({ cookie: sessionOf(earlier) });
    const led = await browser().open(url, cookie);
    expect(led.set).toContainEqual(expect.stringMatching(/^hilo_openid=; Path=\/; Max-Age=0;/));
    expect(await whoIs(earlier)).toMatchObject({ code: 'unauthorized' });
    expect(await whoIs(led)).toMatchObject({ user: { email: 'ann@example.com' } });
  });

  it('asks somebody who is signed in to show at the provider that it is still them', async () => {
    const led = await signIn();
    const promptOf = async (cookie?: string) =>
      new URL((await browser().open('/api/session/openid', cookie)).location).searchParams.get('prompt');
    expect(await promptOf()).toBeNull();
    expect(await promptOf(sessionOf(led))).toBe('login');
  });

  it('behind HTTPS keeps both cookies to HTTPS and to this host', async () => {
    const secure = await ConsoleUnderTest.open({
      ...{ postgresUrl: stores.postgresUrl, consoleUrl: 'https://hilo.example', openid },
    });
    const [header] = (await new ProviderBrowser(secure).open('/api/session/openid')).set;
    expect(header).toMatch(/^__Host-hilo_openid=[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/);
    await secure.close();
  });

  it('is one of the ways to sign in that strangers see', async () => {
    const { body } = await hilo.call('GET', '/api/sign-in-ways');
    expect(body).toEqual({ password: true, openid: { name: 'Our directory' }, reset_by_mail: false });
  });

  it('is not there where no provider is set', async () => {
    const bare = await ConsoleUnderTest.open({ postgresUrl: stores.postgresUrl });
    for (const url of ['/api/session/openid', '/api/session/openid/callback?code=x&state=y'])
      expect((await bare.call('GET', url)).body).toMatchObject({ status: 404, code: 'not_found' });
    expect((await bare.call('GET', '/api/sign-in-ways')).body).toMatchObject({ openid: null });
    await bare.close();
  });
});

describe('an answer of the provider', () => {
  it('does not count with another state', async () => {
    const { url, cookie } = await browser().signInAtProvider();
    expectRefused(await browser().open(url.replace(/state=[^&]+/, 'state=other'), cookie), 'attempt_unknown');
    expectRefused(await browser().open(url.replace(/&?state=[^&]+/, ''), cookie), 'attempt_unknown');
  });

  it('does not count in another browser, or with another attempt', async () => {
    const [one, other] = [await browser().signInAtProvider(), await browser().signInAtProvider()];
    expectRefused(await browser().open(one.url), 'attempt_unknown');
    expectRefused(await browser().open(one.url, other.cookie), 'attempt_unknown');
    const changed = one.cookie.slice(0, -2) + (one.cookie.at(-2) === 'x' ? 'y' : 'x') + one.cookie.slice(-1);
    expectRefused(await browser().open(one.url, changed), 'attempt_unknown');
    expect((await browser().open(one.url, one.cookie)).location).toBe(`${CONSOLE}/`);
  });

  it('does not count when the attempt is over', async () => {
    const { url, cookie } = await browser().signInAtProvider();
    hilo.advance(ATTEMPT_S * 1000);
    expectRefused(await browser().open(url, cookie), 'attempt_unknown');
  });

  it('counts once', async () => {
    const { url, cookie } = await browser().signInAtProvider();
    expect((await browser().open(url, cookie)).location).toBe(`${CONSOLE}/`);
    expectRefused(await browser().open(url, cookie), 'provider_refused');
  });

  it('counts once even if the provider would confirm it twice', async () => {
    await signIn();
    const { url, cookie } = await browser().signInAtProvider();
    const sealed = cookie.split('=')[1] ?? '';
    const attempt = openAttempt(sealed, attemptKey(CONSOLE_KEY), Date.now());
    expect((await browser().open(url, cookie)).location).toBe(`${CONSOLE}/`);
    const rows = await hilo.database.rows<{ expires_at_ms: string }>('SELECT expires_at_ms FROM openid_attempt', []);
    expect(rows).toContainEqual({ expires_at_ms: String((attempt?.begun_ms ?? 0) + ATTEMPT_S * 1000) });
  });

  it('does not count with a nonce of another attempt', async () => {
    const { url, cookie } = await browser().signInAtProvider();
    const key = attemptKey(CONSOLE_KEY);
    const attempt = openAttempt(cookie.split('=')[1] ?? '', key, Date.now());
    if (attempt === null) throw new Error('the console did not seal this attempt');
    const changed = sealAttempt({ ...attempt, nonce: 'another' }, key, Buffer.alloc(12));
    expectRefused(await browser().open(url, `hilo_openid=${changed}`), 'answer_invalid');
  });

  it('does not count from another issuer', async () => {
    const { url, cookie } = await browser().signInAtProvider();
    const other = encodeURIComponent('https://evil.example');
    expectRefused(await browser().open(url.replace(/iss=[^&]+/, `iss=${other}`), cookie), 'answer_invalid');
  });

  it.each([
    ['made by another issuer', { claims: (said: object) => ({ ...said, iss: 'https://evil.example' }) }],
    ['made for another client', { claims: (said: object) => ({ ...said, aud: 'another' }) }],
    ['made for another attempt', { claims: (said: object) => ({ ...said, nonce: 'another' }) }],
    ['that has expired', { claims: (said: object) => ({ ...said, exp: Math.floor(Date.now() / 1000) - 3600 }) }],
    ['without a subject', { claims: (said: object) => ({ ...said, sub: undefined }) }],
    ['signed by somebody else', { isSignedByOther: true }],
    ['not signed', { algorithm: 'none' }],
    ['not signed, as the provider announces', { algorithm: 'none', isAnnounced: true }],
    ['signed with the client’s secret', { algorithm: 'HS256' }],
    ['signed with the client’s secret, as the provider announces', { algorithm: 'HS256', isAnnounced: true }],
  ] as readonly (readonly [string, Forgery])[])('does not count with an ID token %s', async (_, forgery) => {
    provider.forgery = forgery;
    expectRefused(await signIn(), 'answer_invalid');
    expect(await people()).toEqual([]);
  });

  it('does not count if the person cancels', async () => {
    provider.signsIn = null;
    expectRefused(await signIn(), 'provider_refused');
  });

  it('is not waited for where the provider does not answer', async () => {
    const settings = { ...openid, issuer: 'http://127.0.0.1:2' };
    const alone = await ConsoleUnderTest.open({
      postgresUrl: stores.postgresUrl,
      consoleUrl: CONSOLE,
      openid: settings,
    });
    expectRefused(await new ProviderBrowser(alone).open('/api/session/openid'), 'provider_unavailable');
    await alone.close();
  });

  it('leaves an entry in the audit log that says why it was refused, and names only accounts that exist', async () => {
    provider.signsIn = { ...ANN, roles: [] };
    expectRefused(await signIn(), 'no_role');
    const failed = { what: 'sign_in_failed', target: 'session/openid', address: '127.0.0.1' };
    expect(await newest()).toMatchObject([{ ...failed, reason: 'no_role', who: 'unknown caller' }]);
    await hilo.add('ann@example.com', 'viewer');
    provider.signsIn = ANN;
    expectRefused(await signIn(), 'email_taken');
    expect(await newest()).toMatchObject([{ ...failed, reason: 'email_taken', who: 'ann@example.com' }]);
  });

  it('is not asked for by somebody who tries too often', async () => {
    for (let time = 0; time < 50; time++) await browser().open('/api/session/openid');
    expectRefused(await browser().open('/api/session/openid'), 'too_many_attempts');
  });
});

describe('a person of the provider', () => {
  it.each([
    ['has no address', { email: undefined }, 'email_missing'],
    ['has an address that is none', { email: 'ann' }, 'email_missing'],
    ['has not confirmed the address', { email_verified: false }, 'email_unverified'],
    ['has not confirmed the address, in a text', { email_verified: 'false' }, 'email_unverified'],
    ['has no role here', { roles: ['sales'] }, 'no_role'],
    ['has no roles at all', { roles: undefined }, 'no_role'],
  ])('who %s is not let in', async (_, claims, reason) => {
    provider.signsIn = { ...ANN, ...claims } as ProviderPerson;
    expectRefused(await signIn(), reason);
    expect(await people()).toEqual([]);
  });

  it('who lost the role is not let in any more, and one who is disabled neither', async () => {
    await signIn();
    provider.signsIn = { ...ANN, roles: [] };
    expectRefused(await signIn(), 'no_role');
    provider.signsIn = ANN;
    await hilo.call('PATCH', await hilo.pathOf('ann@example.com'), STACK, { disabled: true });
    expectRefused(await signIn(), 'account_disabled');
  });

  it('does not take over an account with the same address that has a password', async () => {
    await hilo.add('ann@example.com', 'admin');
    expectRefused(await signIn(), 'email_taken');
    expect(await people()).toMatchObject([{ role: 'admin', signs_in_by: 'password' }]);
    await hilo.signIn('ann@example.com');
  });

  it('does not take over the account of another person of the provider', async () => {
    await signIn();
    provider.signsIn = { ...ANN, sub: 'u-2', roles: ['hilo-admins'] };
    expectRefused(await signIn(), 'email_taken');
    expect(await people()).toMatchObject([{ role: 'editor', signs_in_by: 'openid' }]);
  });

  it('gets the account of an own session with the same address, whose password and sessions end', async () => {
    await hilo.add('ann@example.com', 'viewer');
    const [ann, elsewhere] = [await hilo.signIn('ann@example.com'), await hilo.signIn('ann@example.com')];
    const led = await signIn({ cookie: ann.cookie });
    expect(await whoIs(led)).toMatchObject({
      user: { email: 'ann@example.com', role: 'editor', signs_in_by: 'openid' },
    });
    for (const { cookie } of [ann, elsewhere])
      expect((await hilo.call('GET', '/api/session', { cookie })).status).toBe(401);
    expect((await hilo.call('POST', '/api/session', {}, { email: 'ann@example.com', password: PASSWORD })).status).toBe(
      401,
    );
    expect((await signIn()).location).toBe(`${CONSOLE}/`);
  });

  it('does not get it from a session of somebody else, or if the provider has not confirmed the address', async () => {
    await hilo.add('ann@example.com', 'viewer');
    const viewer = await hilo.person('viewer');
    expectRefused(await signIn({ cookie: viewer.cookie ?? '' }), 'email_taken');
    const ann = await hilo.signIn('ann@example.com');
    provider.signsIn = { ...ANN, email_verified: undefined };
    expectRefused(await signIn({ cookie: ann.cookie }), 'email_taken');
    await hilo.signIn('ann@example.com');
  });

  it('who was invited accepts by signing in, with the role of the claim, and the invitation ends', async () => {
    const invited = { email: 'ann@example.com', name: 'Ann from sales', role: 'admin' };
    const made = await hilo.call('POST', '/api/users', STACK, invited);
    const led = await signIn();
    expect(await whoIs(led)).toMatchObject({ user: { name: 'Ann from sales', role: 'editor', signs_in_by: 'openid' } });
    const { url } = (made.body ?? {}).invitation as { readonly url: string };
    const token = url.split('#token=')[1];
    const accepted = await hilo.call('POST', '/api/invitations/accept', {}, { token, password: PASSWORD });
    expect(accepted.body).toMatchObject({ status: 400, code: 'invalid_link' });
  });

  it('gets back to a password by a link of an admin, and then no longer comes in by the provider', async () => {
    await signIn();
    const made = await hilo.call('POST', `${await hilo.pathOf('ann@example.com')}/password-reset`, STACK, {});
    const token = String(made.body?.url).split('#token=')[1];
    const password = 'violet harbour engine';
    expect((await hilo.call('POST', '/api/password-resets/accept', {}, { token, password })).status).toBe(204);
    await hilo.signIn('ann@example.com', password);
    expectRefused(await signIn(), 'email_taken');
  });
});
