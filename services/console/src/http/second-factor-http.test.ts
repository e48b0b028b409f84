import { describe, expect, it } from 'vitest';
import { authenticatorApp } from '../testing/authenticator-app.ts';
import {
  type Caller,
  CONSOLE_KEY,
  ConsoleUnderTest,
  cookieOf,
  openConsole,
  PASSWORD,
  STACK,
} from '../testing/console-under-test.ts';

const ANN = 'ann@example.com';
const MINUTES_11 = 11 * 60_000;
const STEP_MS = 30_000;

let hilo: ConsoleUnderTest;
let ann: Caller & { readonly cookie: string };
let turnedMs: number;

openConsole('each test', async (opened) => {
  hilo = opened;
  turnedMs = 0;
  await hilo.add(ANN, 'editor');
  ann = await hilo.signIn(ANN);
});

const later = (byMs: number): void => {
  turnedMs += byMs;
  hilo.advance(byMs);
};

const app = (secret: string) => authenticatorApp(secret, () => Date.now() + turnedMs);

const signIn = (code?: string, as: Caller = {}, from?: string) =>
  hilo.call(
    'POST',
    '/api/session',
    as,
    { email: ANN, password: PASSWORD, ...(code === undefined ? {} : { code }) },
    from,
  );

async function begun(as: Caller = ann) {
  const { status, body } = await hilo.call('PUT', '/api/session/second-factor', as);
  expect(status).toBe(200);
  return { secret: String(body?.secret), url: String(body?.otpauth_url), show: app(String(body?.secret)) };
}

const confirm = (code: string, as: Caller = ann) =>
  hilo.call('POST', '/api/session/second-factor/confirm', as, { code });

/** Turns the factor on; with the app and the recovery codes. */
async function turnedOn() {
  const { show } = await begun();
  const { status, body } = await confirm(show());
  expect(status).toBe(200);
  // The code is used up: the next one is another.
  later(2 * STEP_MS);
  return { show, codes: body?.recovery_codes as readonly string[] };
}

/** The newest change in the audit log. */
const newest = async () => {
  const { body } = await hilo.call('GET', '/api/audit?limit=100', STACK);
  const items = body?.items as Record<string, unknown>[];
  return items.find(({ what }) => ['created', 'changed', 'deleted'].includes(String(what)));
};

describe('setting up a second factor', () => {
  it('gives a secret, takes a code of it, and gives ten recovery codes', async () => {
    const other = await hilo.signIn(ANN);
    const { secret, url, show } = await begun();
    expect(url).toContain(`secret=${secret}&`);
    expect((await hilo.call('GET', '/api/session', ann)).body).toMatchObject({ second_factor: 'none' });
    const { body } = await confirm(show());
    expect(new Set(body?.recovery_codes as string[]).size).toBe(10);
    expect((await hilo.call('GET', '/api/session', ann)).body).toMatchObject({ second_factor: 'totp' });
    expect((await hilo.call('GET', '/api/session', other)).status).toBe(401);
    expect(await newest()).toMatchObject({ who: ANN, what: 'created', target: `users/${ANN}/second-factor` });
  });

  it('stores neither the secret nor the codes so that one could use them', async () => {
    const { secret, show } = await begun();
    const { body } = await confirm(show());
    const rows = [
      await hilo.database.rows('SELECT encode(secret, $1) FROM second_factor', ['escape']),
      await hilo.database.rows('SELECT encode(code_hash, $1) FROM recovery_code', ['escape']),
      await newest(),
    ];
    const text = JSON.stringify(rows);
    expect(text).not.toContain(secret);
    for (const code of (body?.recovery_codes ?? []) as string[]) expect(text).not.toContain(code.replaceAll('-', ''));
  });

  it('takes no wrong code, none of an earlier secret, and none after ten minutes', async () => {
    const first = await begun();
    const { show } = await begun();
    expect((await confirm('000000')).body).toMatchObject({ status: 401, code: 'invalid_code', field: 'code' });
    expect((await confirm(first.show())).body).toMatchObject({ code: 'invalid_code' });
    later(MINUTES_11);
    const again = await hilo.signIn(ANN);
    expect((await confirm(show(), again)).body).toMatchObject({ status: 409, code: 'not_begun' });
  });

  it('leaves the present one on until the next is confirmed', async () => {
    const { show } = await turnedOn();
    const next = await begun();
    expect((await signIn(show())).status).toBe(200);
    expect((await confirm(next.show())).status).toBe(200);
    later(2 * STEP_MS);
    expect((await signIn(show())).body).toMatchObject({ code: 'invalid_code' });
    expect((await signIn(next.show())).status).toBe(200);
  });
});

describe('signing in with a second factor', () => {
  it('asks for a code only if the password is right', async () => {
    const { show } = await turnedOn();
    const wrong = await hilo.call('POST', '/api/session', {}, { email: ANN, password: 'wrong', code: show() });
    expect(wrong.body).toMatchObject({ status: 401, code: 'invalid_credentials' });
    const missing = await signIn();
    expect(missing.body).toMatchObject({ status: 401, code: 'second_factor_required' });
    expect(missing.headers['set-cookie']).toBeUndefined();
    expect((await signIn(show())).body).toMatchObject({ second_factor: 'totp', user: { email: ANN } });
  });

  it('is in the audit log where the code is wrong', async () => {
    await turnedOn();
    await signIn('000000');
    const { body } = await hilo.call('GET', '/api/audit', STACK);
    expect(body?.items).toContainEqual(
      expect.objectContaining({ who: ANN, what: 'sign_in_failed', reason: 'invalid_code', target: 'session' }),
    );
  });

  it('takes each code once, also of two who send it at the same time', async () => {
    const { show } = await turnedOn();
    const code = show();
    const statuses = (await Promise.all([signIn(code), signIn(code), signIn(code)])).map(({ status }) => status);
    expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 401, 401]);
    expect((await signIn(code)).body).toMatchObject({ code: 'invalid_code' });
  });

  it('takes the code before and after, and none further away', async () => {
    const { show } = await turnedOn();
    later(10 * STEP_MS);
    expect((await signIn(show(-2))).status).toBe(401);
    expect((await signIn(show(2))).status).toBe(401);
    expect((await signIn(show(-1))).status).toBe(200);
    expect((await signIn(show(1))).status).toBe(200);
    // Those before it are used up with it.
    expect((await signIn(show(0))).status).toBe(401);
  });

  it('takes each recovery code once, and the log says so', async () => {
    const { codes } = await turnedOn();
    const [code = ''] = codes;
    expect((await signIn(code.toUpperCase().replaceAll('-', ' '))).status).toBe(200);
    expect(await newest()).toMatchObject({ after: { recovery_codes: 9 } });
    expect((await signIn(code)).body).toMatchObject({ code: 'invalid_code' });
    const other = codes[1] ?? '';
    const statuses = (await Promise.all([signIn(other), signIn(other)])).map(({ status }) => status);
    expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 401]);
  });

  it('looks at ten wrong codes an hour, from however many networks; a known browser has its own', async () => {
    const { show } = await turnedOn();
    const known = cookieOf((await signIn(show())).headers, 'hilo_device');
    for (let time = 0; time < 10; time++)
      expect((await signIn('000000', {}, `203.0.113.${time}`)).body).toMatchObject({ code: 'invalid_code' });
    later(2 * STEP_MS);
    expect((await signIn(show(), {}, '198.51.100.7')).body).toMatchObject({ code: 'too_many_attempts' });
    expect((await signIn(show(), { cookie: known }, '198.51.100.7')).status).toBe(200);
    later(3_600_000);
    expect((await signIn(show(), {}, '198.51.100.7')).status).toBe(200);
  });
});

describe('the key that seals secrets', () => {
  const withKey = async (key: string, earlierKeys: readonly string[]) => {
    const other = await ConsoleUnderTest.open({ postgresUrl: hilo.postgresUrl, key, earlierKeys });
    other.advance(turnedMs);
    return other;
  };
  const signInAt = async (at: ConsoleUnderTest, code: string) =>
    (await at.call('POST', '/api/session', {}, { email: ANN, password: PASSWORD, code })).status;

  it('may change: a sign-in seals the secret with the new one, and the earlier is needed no more', async () => {
    const { show } = await turnedOn();
    const both = await withKey('a new key of the operator', [CONSOLE_KEY]);
    expect(await signInAt(both, show())).toBe(200);
    await both.close();
    later(2 * STEP_MS);
    const after = await withKey('a new key of the operator', []);
    expect(await signInAt(after, show())).toBe(200);
    await after.close();
  });

  it('may be lost: recovery codes still let their owner in', async () => {
    const { show, codes } = await turnedOn();
    const lost = await withKey('another key altogether', []);
    expect(await signInAt(lost, show())).toBe(401);
    expect(await signInAt(lost, codes[0] ?? '')).toBe(200);
    await lost.close();
  });
});

describe('a second factor', () => {
  it('is turned off by its owner, and the other sessions end', async () => {
    const { show } = await turnedOn();
    const { headers, body } = await signIn(show());
    const own = { cookie: cookieOf(headers, 'hilo_session'), csrf: String(body?.csrf) };
    expect((await hilo.call('DELETE', '/api/session/second-factor', own)).status).toBe(204);
    expect((await hilo.call('GET', '/api/session', ann)).status).toBe(401);
    expect((await hilo.call('GET', '/api/session', own)).body).toMatchObject({ second_factor: 'none' });
    expect((await hilo.call('DELETE', '/api/session/second-factor', own)).status).toBe(404);
    expect((await signIn()).status).toBe(200);
  });

  it('is turned off by an admin for somebody who has lost everything', async () => {
    await turnedOn();
    const admin = await hilo.person('admin');
    const url = `${await hilo.pathOf(ANN)}/second-factor`;
    expect((await hilo.call('DELETE', url, ann)).body).toMatchObject({ status: 403, code: 'forbidden' });
    const { body } = await hilo.call('GET', '/api/users', admin);
    expect(body?.items).toMatchObject([{ second_factor: 'none' }, { email: ANN, second_factor: 'totp' }]);
    expect((await hilo.call('DELETE', url, admin)).status).toBe(204);
    expect(await newest()).toMatchObject({ who: 'admin@example.com', what: 'deleted' });
    expect((await hilo.call('GET', '/api/session', ann)).status).toBe(401);
    expect((await signIn()).status).toBe(200);
    for (const of of [
      url,
      `${await hilo.pathOf('nobody@example.com')}/second-factor`,
      `/api/users/${ANN}/second-factor`,
    ])
      expect((await hilo.call('DELETE', of, admin)).body).toMatchObject({ status: 404, field: 'id' });
  });

  it('gets new recovery codes, and the earlier ones end', async () => {
    expect((await hilo.call('POST', '/api/session/second-factor/recovery-codes', ann)).status).toBe(404);
    const { codes } = await turnedOn();
    const { status, body } = await hilo.call('POST', '/api/session/second-factor/recovery-codes', ann);
    expect(status).toBe(200);
    expect((await signIn(codes[0])).status).toBe(401);
    expect((await signIn(((body?.recovery_codes ?? []) as string[])[0])).status).toBe(200);
  });
});

describe('a session that began a while ago', () => {
  it.each([
    ['PUT', '/api/session/second-factor'],
    ['POST', '/api/session/second-factor/confirm'],
    ['POST', '/api/session/second-factor/recovery-codes'],
    ['DELETE', '/api/session/second-factor'],
    ['DELETE', '/api/sessions'],
    ['DELETE', '/api/sessions/x'],
    ['POST', '/api/tokens'],
    ['POST', '/api/users'],
    ['PATCH', '/api/users/x'],
    ['DELETE', '/api/users/x'],
    ['DELETE', '/api/users/x/sessions'],
    ['DELETE', '/api/users/x/second-factor'],
  ] as const)('is not enough for %s %s', async (method, url) => {
    const admin = await hilo.person('admin');
    hilo.advance(MINUTES_11);
    const { body } = await hilo.call(method, url, admin, method === 'POST' || method === 'PATCH' ? {} : undefined);
    expect(body).toMatchObject({ status: 403, code: 'confirmation_required' });
  });

  it('is enough again with the password, and the code where there is one; under another token', async () => {
    const { show } = await turnedOn();
    later(MINUTES_11);
    const again = (confirmation: object) => hilo.call('POST', '/api/session/confirmation', ann, confirmation);
    expect((await again({ password: 'wrong' })).body).toMatchObject({ status: 403, code: 'wrong_password' });
    expect((await again({ password: PASSWORD })).body).toMatchObject({ code: 'second_factor_required' });
    expect((await again({ password: PASSWORD, code: '000000' })).body).toMatchObject({ code: 'invalid_code' });
    const { status, headers, body } = await again({ password: PASSWORD, code: show() });
    expect(status).toBe(200);
    expect((await hilo.call('GET', '/api/session', ann)).status).toBe(401);
    const renewed = { cookie: cookieOf(headers, 'hilo_session'), csrf: String(body?.csrf) };
    expect((await hilo.call('DELETE', '/api/session/second-factor', renewed)).status).toBe(204);
  });

  it('counts wrong passwords like sign-in does', async () => {
    const statuses = [];
    for (let time = 0; time < 11; time++)
      statuses.push((await hilo.call('POST', '/api/session/confirmation', ann, { password: 'wrong' })).status);
    expect(statuses).toEqual([...Array<number>(10).fill(403), 429]);
  });
});
