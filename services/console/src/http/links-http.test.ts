import { MailServer, type ReceivedMail, type StoresFor } from '@hilo/test-stack';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { smtpMail } from '../adapters/smtp-mail.ts';
import { tokenHash } from '../domain/opaque-token.ts';
import { type Caller, ConsoleUnderTest, openDatabase, PASSWORD, STACK } from '../testing/console-under-test.ts';

const ANN = 'ann@example.com';
const BEN = { email: 'ben@example.com', name: 'Ben', role: 'viewer' };
const NEXT = 'violet harbour engine';
const HOUR_MS = 3_600_000;

let stores: StoresFor<'postgres'>;
let mails: MailServer;
let hilo: ConsoleUnderTest;
let admin: Caller;

beforeAll(async () => {
  stores = await openDatabase();
}, 120_000);
afterAll(() => stores.close());

beforeEach(async () => {
  mails = await MailServer.start();
  const sendMail = smtpMail({ url: mails.url, from: 'hilo@example.com', requiresTls: false });
  hilo = await ConsoleUnderTest.open({ postgresUrl: stores.postgresUrl, consoleUrl: 'https://hilo.example', sendMail });
  await hilo.database.rows('DELETE FROM person', []);
  await hilo.add(ANN, 'editor');
  admin = await hilo.person('admin');
});
afterEach(async () => {
  await hilo.close();
  await mails.stop();
});

interface Link {
  readonly url: string;
  readonly expires_at: string;
}

const newest = async (limit = 1) =>
  (await hilo.call('GET', `/api/audit?limit=${limit}`, STACK)).body?.items as Record<string, unknown>[];
const invitationIn = (body: Record<string, unknown> | null) => (body ?? {}).invitation as Link;
const tokenOf = (url: string) => url.split('#token=')[1] ?? '';
const invite = async (person: object = BEN) => {
  const { status, body } = await hilo.call('POST', '/api/users', admin, person);
  expect(status).toBe(201);
  return tokenOf(invitationIn(body).url);
};
const accept = (token: string, more: object = {}) =>
  hilo.call('POST', '/api/invitations/accept', {}, { token, password: NEXT, ...more });
const issueReset = async (email = ANN) =>
  tokenOf(String((await hilo.call('POST', `${await hilo.pathOf(email)}/password-reset`, admin)).body?.url));
const reset = (token: string, more: object = {}) =>
  hilo.call('POST', '/api/password-resets/accept', {}, { token, password: NEXT, ...more });
const ask = (email: string, headers: Record<string, string> = {}) =>
  hilo.app.instance.inject({
    ...{ method: 'POST', url: '/api/password-resets', payload: JSON.stringify({ email }) },
    headers: { 'content-type': 'application/json', ...headers },
  });
const status = async (as: Caller, url = '/api/session') => (await hilo.call('GET', url, as)).status;
const arrived = (count: number): Promise<readonly ReceivedMail[]> =>
  vi.waitFor(() => {
    const received = mails.received();
    expect(received).toHaveLength(count);
    return received;
  }, 5000);
/** The link in a mail, whose lines may be broken. */
const linkIn = ({ text }: ReceivedMail) =>
  /https:\/\/hilo\.example\/\w+#token=([\w-]{43})/.exec(text.replaceAll('=\r\n', '').replaceAll('=3D', '='))?.[1] ?? '';

describe('an invitation', () => {
  it('is a link with a token that no server sees, for a person who cannot sign in yet', async () => {
    const { status: added, body } = await hilo.call('POST', '/api/users', admin, BEN);
    expect(added).toBe(201);
    expect(body).toMatchObject({ ...BEN, disabled: false, signs_in_by: 'invitation' });
    const { url, expires_at } = invitationIn(body);
    expect(url).toMatch(/^https:\/\/hilo\.example\/accept#token=[\w-]{43}$/);
    const daysAhead = (Date.parse(expires_at) - Date.now()) / (24 * HOUR_MS);
    expect(daysAhead).toBeGreaterThan(6.9);
    expect(daysAhead).toBeLessThanOrEqual(7);
    const rows = await hilo.database.rows<{ token_hash: Buffer }>('SELECT * FROM one_time_link', []);
    expect(rows).toMatchObject([{ token_hash: tokenHash(tokenOf(url)), email: BEN.email }]);
    expect(JSON.stringify(rows)).not.toContain(tokenOf(url));
    expect(JSON.stringify(await newest())).not.toContain(tokenOf(url));
    for (const password of [PASSWORD, '', NEXT])
      expect((await hilo.call('POST', '/api/session', {}, { email: BEN.email, password })).status).toBe(401);
  });

  it('is accepted with a password of one’s own, and signs in', async () => {
    const accepted = await accept(await invite(), { name: 'Benedict' });
    expect(accepted.status).toBe(200);
    const user = { email: BEN.email, name: 'Benedict', role: 'viewer', signs_in_by: 'password' };
    expect(accepted.body).toMatchObject({ user, csrf: expect.stringMatching(/^[\w-]{43}$/) });
    const [cookie = ''] = String(accepted.headers['set-cookie']).split(';');
    expect((await hilo.call('GET', '/api/session', { cookie })).body).toMatchObject({ user });
    await hilo.signIn(BEN.email, NEXT);
    const known = { who: BEN.email, address: '127.0.0.1' };
    expect(await newest(3)).toMatchObject([
      { ...known, what: 'signed_in' },
      { ...known, what: 'signed_in' },
      { ...known, what: 'changed', target: `users/${BEN.email}`, before: { signs_in_by: 'invitation' } },
    ]);
  });

  it('keeps the name that it was made with if none is chosen', async () => {
    expect((await accept(await invite())).body).toMatchObject({ user: { name: 'Ben' } });
  });

  it('works once, also when two use it at the same time', async () => {
    const token = await invite();
    const statuses = (await Promise.all([accept(token), accept(token)])).map((answer) => answer.status);
    expect(new Set(statuses)).toEqual(new Set([200, 400]));
    expect((await accept(token)).body).toMatchObject({ status: 400, code: 'invalid_link', field: 'token' });
  });

  it('ends after seven days, and with a newer one', async () => {
    const first = await invite();
    const again = await hilo.call('POST', `${await hilo.pathOf(BEN.email)}/invitation`, admin);
    expect(again.status).toBe(200);
    expect((await accept(first)).body).toMatchObject({ code: 'invalid_link' });
    hilo.advance(7 * 24 * HOUR_MS);
    expect((await accept(tokenOf(String(again.body?.url)))).body).toMatchObject({ code: 'invalid_link' });
    const last = await hilo.call('POST', `${await hilo.pathOf(BEN.email)}/invitation`, STACK);
    expect((await accept(tokenOf(String(last.body?.url)))).status).toBe(200);
  });

  it('ends when its person is disabled, removed, or given a password', async () => {
    const token = await invite();
    await hilo.call('PATCH', await hilo.pathOf(BEN.email), admin, { disabled: true });
    expect((await accept(token)).body).toMatchObject({ code: 'invalid_link' });
    await hilo.call('PATCH', await hilo.pathOf(BEN.email), admin, { disabled: false, password: PASSWORD });
    expect((await accept(token)).body).toMatchObject({ code: 'invalid_link' });
    await hilo.call('DELETE', await hilo.pathOf(BEN.email), admin);
    expect((await accept(token)).body).toMatchObject({ code: 'invalid_link' });
  });

  it('is not made for who can sign in, or for nobody', async () => {
    expect((await hilo.call('POST', `${await hilo.pathOf(ANN)}/invitation`, admin)).body).toMatchObject({
      code: 'not_invited',
    });
    expect((await hilo.call('POST', `${await hilo.pathOf('nobody@example.com')}/invitation`, admin)).status).toBe(404);
  });

  it.each(['', 'x', 'x'.repeat(43), `${'x'.repeat(43)}\n`])('is none by the token %j', async (token) => {
    expect((await accept(token)).body).toMatchObject({ status: 400, code: 'invalid_link', field: 'token' });
  });

  it.each([
    [{ password: 'short' }, 'password'],
    [{ password: NEXT, name: ' ' }, 'name'],
    [{ password: NEXT, role: 'admin' }, 'role'],
  ])('is not accepted with %j, and stays', async (more, field) => {
    const token = await invite();
    expect((await accept(token, more)).body).toMatchObject({ status: 400, code: 'invalid_request', field });
    expect((await accept(token)).status).toBe(200);
  });

  it('is not accepted with a password that is easy to guess, and stays', async () => {
    const token = await invite();
    const weak = await accept(token, { password: 'ben@example.com1' });
    expect(weak.body).toMatchObject({ status: 400, code: 'weak_password', field: 'password' });
    expect((await accept(token)).status).toBe(200);
  });

  it('is no admin who could let others in', async () => {
    await invite({ ...BEN, role: 'admin' });
    const last = await hilo.call('PATCH', await hilo.pathOf('admin@example.com'), admin, { role: 'viewer' });
    expect(last.body).toMatchObject({ status: 409, code: 'last_admin' });
  });

  it('goes out by mail, too, in the language of who invites, and the answer says so', async () => {
    const answer = await hilo.app.instance.inject({
      ...{ method: 'POST', url: '/api/users', payload: JSON.stringify(BEN) },
      headers: {
        ...{ 'content-type': 'application/json', 'accept-language': 'es-ES,es;q=0.9' },
        authorization: `Bearer ${STACK.token}`,
      },
    });
    expect(answer.json()).toMatchObject({ invitation: { mail: 'sent' } });
    const [mail] = await arrived(1);
    expect(mail).toMatchObject({ to: [BEN.email], text: expect.stringContaining('Le han invitado a Hilo') });
    expect((await accept(linkIn(mail as ReceivedMail))).status).toBe(200);
  });

  it.each([
    ['failed', () => Promise.reject(new Error('550 no such mailbox'))],
    ['off', undefined],
  ] as const)('says if it does not go out by mail: %s', async (outcome, sendMail) => {
    const other = await ConsoleUnderTest.open({
      postgresUrl: stores.postgresUrl,
      ...(sendMail === undefined ? {} : { sendMail }),
    });
    const made = await other.call('POST', '/api/users', STACK, BEN);
    expect(made.body).toMatchObject({ invitation: { mail: outcome, url: expect.any(String) } });
    const again = await other.call('POST', `${await other.pathOf(BEN.email)}/invitation`, STACK);
    expect(again.body).toMatchObject({ mail: outcome });
    await other.close();
  });
});

describe('a password reset by an admin', () => {
  it('is a link that works once for an hour, and ends sessions and API tokens', async () => {
    const ann = await hilo.signIn(ANN);
    const expires_at = new Date(Date.now() + HOUR_MS).toISOString();
    const made = await hilo.call('POST', '/api/tokens', ann, { name: 'ci', scopes: ['pipeline:read'], expires_at });
    const program = { token: String(made.body?.token) };
    const link = await hilo.call('POST', `${await hilo.pathOf(ANN)}/password-reset`, admin);
    expect(link.body?.url).toMatch(/^https:\/\/hilo\.example\/reset#token=[\w-]{43}$/);
    expect(Date.parse(String(link.body?.expires_at)) - Date.now()).toBeLessThanOrEqual(HOUR_MS);
    expect(await status(ann)).toBe(200);
    const token = tokenOf(String(link.body?.url));
    const used = await reset(token);
    expect(used.status).toBe(204);
    expect(used.headers['set-cookie']).toBeUndefined();
    expect(await status(ann)).toBe(401);
    expect(await status(program, '/api/overview')).toBe(401);
    await hilo.signIn(ANN, NEXT);
    expect((await reset(token)).body).toMatchObject({ status: 400, code: 'invalid_link', field: 'token' });
    const change = (await newest(10)).find(({ what }) => what === 'changed');
    expect(change).toMatchObject({ who: ANN, address: '127.0.0.1', after: { revoke_tokens: true } });
  });

  it('keeps API tokens if the person wants that', async () => {
    const ann = await hilo.signIn(ANN);
    const expires_at = new Date(Date.now() + HOUR_MS).toISOString();
    const made = await hilo.call('POST', '/api/tokens', ann, { name: 'ci', scopes: ['pipeline:read'], expires_at });
    expect((await reset(await issueReset(), { revoke_tokens: false })).status).toBe(204);
    expect(await status({ token: String(made.body?.token) }, '/api/overview')).toBe(200);
  });

  it('ends after an hour, with a newer one, and with every other change of the password', async () => {
    const [first, second] = [await issueReset(), await issueReset()];
    expect((await reset(first)).body).toMatchObject({ code: 'invalid_link' });
    hilo.advance(HOUR_MS);
    expect((await reset(second)).body).toMatchObject({ code: 'invalid_link' });
    const third = tokenOf(
      String((await hilo.call('POST', `${await hilo.pathOf(ANN)}/password-reset`, STACK)).body?.url),
    );
    await hilo.call('PATCH', await hilo.pathOf(ANN), STACK, { password: PASSWORD });
    expect((await reset(third)).body).toMatchObject({ code: 'invalid_link' });
  });

  it('is for who has accepted, and is no invitation', async () => {
    const invitation = await invite();
    const refused = await hilo.call('POST', `${await hilo.pathOf(BEN.email)}/password-reset`, admin);
    expect(refused.body).toMatchObject({ status: 409, code: 'not_accepted' });
    expect((await hilo.call('POST', `${await hilo.pathOf('nobody@example.com')}/password-reset`, admin)).status).toBe(
      404,
    );
    expect((await reset(invitation)).body).toMatchObject({ code: 'invalid_link' });
    expect((await accept(await issueReset())).body).toMatchObject({ code: 'invalid_link' });
  });

  it.each(['editor', 'viewer', 'privacy'] as const)(
    'is none of the business of a person with the role %s',
    async (role) => {
      const person = await hilo.person(role);
      for (const path of ['invitation', 'password-reset'])
        expect((await hilo.call('POST', `${await hilo.pathOf(ANN)}/${path}`, person)).body).toMatchObject({
          code: 'forbidden',
        });
    },
  );
});

describe('a password reset by mail', () => {
  it('goes to the person, and to the address that is stored', async () => {
    expect((await ask('  ANN@Example.com ')).statusCode).toBe(202);
    const [mail] = await arrived(1);
    expect(mail).toMatchObject({ to: [ANN], text: expect.stringContaining('Reset your Hilo password') });
    expect((await reset(linkIn(mail as ReceivedMail))).status).toBe(204);
    await hilo.signIn(ANN, NEXT);
  });

  it('has a link to the console’s own address, whatever host the request names', async () => {
    await ask(ANN, { host: 'evil.example', 'x-forwarded-host': 'evil.example' });
    const [mail] = await arrived(1);
    expect(mail?.text).not.toContain('evil.example');
    expect(linkIn(mail as ReceivedMail)).toHaveLength(43);
  });

  it('is answered alike for everybody: known, unknown, disabled, invited, signing in elsewhere, and no address', async () => {
    await hilo.add('off@example.com', 'viewer');
    await hilo.call('PATCH', await hilo.pathOf('off@example.com'), STACK, { disabled: true });
    await hilo.database.rows(
      `INSERT INTO person (email, name, role, openid_issuer, openid_subject, disabled, created_at_ms, updated_at_ms)
        VALUES ('elsewhere@example.com', 'E', 'viewer', 'https://id.example', 's', false, 0, 0)`,
      [],
    );
    await invite();
    await arrived(1);
    for (const email of ['nobody@example.com', 'off@example.com', BEN.email, 'elsewhere@example.com', 'x', '']) {
      const answer = await ask(email);
      expect([answer.statusCode, answer.body]).toEqual([202, '']);
    }
    const known = await ask(ANN);
    expect([known.statusCode, known.body]).toEqual([202, '']);
    const received = await arrived(2);
    expect(received[1]?.to).toEqual([ANN]);
  });

  it('is answered before anything is looked up, so that its time reveals nothing', async () => {
    await hilo.database.transaction(async (client) => {
      await client.query('LOCK TABLE person');
      expect((await ask(ANN)).statusCode).toBe(202);
      expect(mails.received()).toEqual([]);
    });
    await arrived(1);
  });

  it('gives a person at most three links that work, and none of them ends by further requests', async () => {
    for (let time = 0; time < 5; time++) {
      await ask(ANN);
      await arrived(Math.min(time + 1, 3));
    }
    const [first] = await arrived(3);
    expect((await reset(linkIn(first as ReceivedMail))).status).toBe(204);
    const rows = await hilo.database.rows('SELECT FROM one_time_link', []);
    expect(rows).toHaveLength(0);
  });

  it('is refused to a network that asks too often, for whichever address', async () => {
    for (let time = 0; time < 10; time++) expect((await ask(`a${time}@example.com`)).statusCode).toBe(202);
    const refused = await ask(ANN);
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'too_many_attempts' });
    hilo.advance(300_000);
    expect((await ask(ANN)).statusCode).toBe(202);
  });

  it('is one of the ways that strangers see, if a mail server is set up', async () => {
    const ways = { password: true, openid: null };
    expect((await hilo.call('GET', '/api/sign-in-ways')).body).toEqual({ ...ways, reset_by_mail: true });
    const bare = await ConsoleUnderTest.open({ postgresUrl: stores.postgresUrl });
    expect((await bare.call('GET', '/api/sign-in-ways')).body).toEqual({ ...ways, reset_by_mail: false });
    expect((await bare.call('POST', '/api/password-resets', {}, { email: ANN })).status).toBe(202);
    await bare.close();
    expect(await hilo.database.rows('SELECT FROM one_time_link', [])).toEqual([]);
  });

  it('stays quiet where the mail server does not answer', async () => {
    await mails.stop();
    expect((await ask(ANN)).statusCode).toBe(202);
    mails = await MailServer.start();
  });
});

it('links that are tried too often from one network are refused, also good ones', async () => {
  const token = await issueReset();
  for (let time = 0; time < 50; time++) await reset('x'.repeat(43));
  expect((await reset(token)).body).toMatchObject({ status: 429, code: 'too_many_attempts' });
});
