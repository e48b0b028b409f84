import { describe, expect, it } from 'vitest';
import { ScryptPasswords } from '../adapters/scrypt-passwords.ts';
import { tokenHash } from '../domain/opaque-token.ts';
import { RIGHTS } from '../domain/rights.ts';
import { SESSIONS_PER_PERSON } from '../domain/session.ts';
import { FirstAdmin } from '../first-admin.ts';
import {
  ConsoleUnderTest,
  cookieOf,
  LIFETIMES,
  openConsole,
  PASSWORD,
  passwords,
  STACK,
} from '../testing/console-under-test.ts';

const ANN = 'ann@example.com';
const NEXT = 'the lamp hums under snow';
const { idleMs, absoluteMs } = LIFETIMES;
/** What everybody can see of a session. */
const SETTINGS = {
  ...{ must_change_password: false, second_factor: 'none', idle_s: 1800 },
  ...{ second_factor_compulsory: false, needs_second_factor: false },
  expires_at: expect.stringMatching(/^\d{4}-.*Z$/),
  ...{ time_zone: 'Europe/Madrid', tracking_url: 'https://events.example.com' },
};

let hilo: ConsoleUnderTest;

openConsole('each test', async (opened) => {
  hilo = opened;
  await hilo.add(ANN, 'editor');
});

const signIn = (email: unknown, password: unknown) => hilo.call('POST', '/api/session', {}, { email, password });

describe('signing in', () => {
  it('answers who it is, with a cookie that no script reads and no other site sends', async () => {
    const answer = await signIn('  ANN@Example.com ', PASSWORD);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      user: { email: ANN, name: ANN, role: 'editor', signs_in_by: 'password' },
      rights: RIGHTS.editor,
      csrf: expect.stringMatching(/^[\w-]{43}$/),
      ...SETTINGS,
    });
    const lastsMs = Date.parse(String(answer.body?.expires_at)) - Date.now();
    expect(Math.abs(lastsMs - absoluteMs)).toBeLessThan(60_000);
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(/^hilo_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/),
      expect.stringMatching(/^hilo_device=[\w-]{43}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Strict$/),
    ]);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('keeps the cookie to HTTPS and to this host where people reach the console by HTTPS', async () => {
    const secure = await ConsoleUnderTest.open({
      postgresUrl: hilo.postgresUrl,
      consoleUrl: 'https://hilo.example',
    });
    const answer = await secure.call('POST', '/api/session', {}, { email: ANN, password: PASSWORD });
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^__Host-hilo_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
      ),
      expect.stringMatching(/^__Host-hilo_device=.*; Secure$/),
    ]);
    const cookie = cookieOf(answer.headers, '__Host-hilo_session');
    expect((await secure.call('GET', '/api/session', { cookie })).status).toBe(200);
    const plain = cookie.replace('__Host-', '');
    expect((await secure.call('GET', '/api/session', { cookie: plain })).status).toBe(401);
    await secure.close();
  });

  it('says the same of an unknown person, a wrong password, a disabled person and a text that is no address', async () => {
    await hilo.add('off@example.com', 'viewer');
    await hilo.call('PATCH', await hilo.pathOf('off@example.com'), STACK, { disabled: true });
    const answers = await Promise.all([
      signIn(ANN, 'wrong'),
      signIn('nobody@example.com', PASSWORD),
      signIn('off@example.com', PASSWORD),
      signIn('', ''),
    ]);
    for (const { status, text, headers } of answers) {
      expect(status).toBe(401);
      expect(text).toBe(answers[0].text);
      expect(headers['set-cookie']).toBeUndefined();
    }
    expect(answers[0].body).toMatchObject({ code: 'invalid_credentials', status: 401 });
  });

  it.each([
    [{ email: ANN }, 'password'],
    [{ email: 7, password: PASSWORD }, 'email'],
    [{ email: ANN, password: 'x'.repeat(1001) }, 'password'],
    [{ email: ANN, password: PASSWORD, admin: true }, 'admin'],
  ])('refuses the body %j, naming the field', async (body, field) => {
    expect((await hilo.call('POST', '/api/session', {}, body)).body).toMatchObject({ status: 400, field });
  });

  it("takes JSON alone, which another site's form can't send", async () => {
    const payload = JSON.stringify({ email: ANN, password: PASSWORD });
    const headers = { 'content-type': 'text/plain' };
    const answer = await hilo.app.instance.inject({ method: 'POST', url: '/api/session', headers, payload });
    expect(answer.statusCode).toBe(415);
  });

  it('is refused after ten wrong guesses at one person, also with the right password, until the time is over', async () => {
    for (let guess = 0; guess < 10; guess++) expect((await signIn(ANN, 'wrong')).status).toBe(401);
    const refused = await signIn(ANN, PASSWORD);
    expect(refused.body).toMatchObject({ status: 429, code: 'too_many_attempts' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await signIn('other@example.com', PASSWORD)).status).toBe(401);
    hilo.advance(300_000);
    expect((await signIn(ANN, PASSWORD)).status).toBe(200);
  });

  it('is refused after fifty wrong guesses from one address, at whomever', async () => {
    for (let guess = 0; guess < 50; guess++) await signIn(`guess${guess}@example.com`, 'wrong');
    expect((await signIn(ANN, PASSWORD)).status).toBe(429);
  });

  it('counts no right password as a guess', async () => {
    for (let time = 0; time < 15; time++) expect((await signIn(ANN, PASSWORD)).status).toBe(200);
  });

  it('ends the session that the browser had before', async () => {
    const first = await hilo.signIn(ANN);
    const again = await hilo.call('POST', '/api/session', first, { email: ANN, password: PASSWORD });
    expect(again.status).toBe(200);
    expect((await hilo.call('GET', '/api/session', first)).status).toBe(401);
  });

  it('hashes a password anew that was hashed with less work', async () => {
    const password_hash = await new ScryptPasswords({ cost: 2 ** 7, blockSize: 8, parallel: 1 }).hash(PASSWORD);
    await hilo.database.rows('UPDATE person SET password_hash = $1', [password_hash]);
    await hilo.signIn(ANN);
    expect((await hilo.people.find(ANN))?.password_hash).toMatch(/^scrypt\$256\$/);
    await hilo.signIn(ANN);
  });
});

describe('a session', () => {
  it('is known by its cookie, and its token is stored nowhere', async () => {
    const ann = await hilo.signIn(ANN);
    const { body } = await hilo.call('GET', '/api/session', { cookie: ann.cookie });
    expect(body).toEqual({
      user: { email: ANN, name: ANN, role: 'editor', signs_in_by: 'password' },
      rights: RIGHTS.editor,
      csrf: ann.csrf,
      ...SETTINGS,
    });
    const token = ann.cookie.split('=')[1] ?? '';
    const [row] = await hilo.database.rows<{ token_hash: Buffer }>('SELECT * FROM session', []);
    expect(row?.token_hash).toEqual(tokenHash(token));
    expect(JSON.stringify(row)).not.toContain(token);
  });

  it.each(['', 'hilo_session=', `hilo_session=${'x'.repeat(43)}`])('is none by the cookie "%s"', async (cookie) => {
    expect((await hilo.call('GET', '/api/session', { cookie })).body).toMatchObject({
      status: 401,
      code: 'unauthorized',
    });
  });

  it('ends by signing out', async () => {
    const ann = await hilo.signIn(ANN);
    const answer = await hilo.call('DELETE', '/api/session', ann);
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']).toContain('Max-Age=0');
    expect((await hilo.call('GET', '/api/session', ann)).status).toBe(401);
  });

  it('ends when nobody used it for its idle time, and after its whole time however much it is used', async () => {
    const idle = await hilo.signIn(ANN);
    hilo.advance(idleMs - 1000);
    expect((await hilo.call('GET', '/api/session', idle)).status).toBe(200);
    hilo.advance(idleMs - 1000);
    expect((await hilo.call('GET', '/api/session', idle)).status).toBe(200);
    hilo.advance(idleMs);
    expect((await hilo.call('GET', '/api/session', idle)).status).toBe(401);
    const used = await hilo.signIn(ANN);
    for (let goneMs = 0; goneMs < absoluteMs; goneMs += idleMs / 2) {
      expect((await hilo.call('GET', '/api/session', used)).status).toBe(200);
      hilo.advance(idleMs / 2);
    }
    expect((await hilo.call('GET', '/api/session', used)).status).toBe(401);
  });

  it('gives way when one person has too many', async () => {
    const sessions = [];
    for (let count = 0; count <= SESSIONS_PER_PERSON; count++) {
      sessions.push(await hilo.signIn(ANN));
      hilo.advance(1);
    }
    const statuses = await Promise.all(
      sessions.map(async (one) => (await hilo.call('GET', '/api/session', one)).status),
    );
    expect(statuses).toEqual([401, ...Array.from({ length: SESSIONS_PER_PERSON }, () => 200)]);
  });

  it('changes nothing without the text that only its own pages know', async () => {
    const { cookie, csrf } = await hilo.signIn(ANN);
    for (const wrong of [{ cookie }, { cookie, csrf: 'x' }, { cookie, csrf: '' }]) {
      expect((await hilo.call('DELETE', '/api/session', wrong)).body).toMatchObject({
        status: 403,
        code: 'csrf_failed',
      });
      const put = await hilo.call('PUT', '/api/segmentation/v1/segments/a', wrong, {});
      expect(put.body).toMatchObject({ status: 403, code: 'csrf_failed' });
    }
    expect((await hilo.call('DELETE', '/api/session', { cookie, csrf })).status).toBe(204);
  });

  it('follows its person: the role at once, and out when disabled or given a new password', async () => {
    const ann = await hilo.signIn(ANN);
    await hilo.call('PATCH', await hilo.pathOf(ANN), STACK, { role: 'viewer' });
    expect((await hilo.call('GET', '/api/session', ann)).body).toMatchObject({ user: { role: 'viewer' } });
    await hilo.call('PATCH', await hilo.pathOf(ANN), STACK, { password: NEXT });
    expect((await hilo.call('GET', '/api/session', ann)).status).toBe(401);
    const again = await hilo.signIn(ANN, NEXT);
    await hilo.call('PATCH', await hilo.pathOf(ANN), STACK, { disabled: true });
    expect((await hilo.call('GET', '/api/session', again)).status).toBe(401);
    await hilo.call('PATCH', await hilo.pathOf(ANN), STACK, { disabled: false });
    expect((await hilo.call('GET', '/api/session', again)).status).toBe(401);
  });
});

describe('one’s own password', () => {
  const change = (as: object, current: string, next: string) =>
    hilo.call('PUT', '/api/session/password', as, { current, next });

  it('is changed by who knows it, and the other sessions end', async () => {
    const [ann, other] = [await hilo.signIn(ANN), await hilo.signIn(ANN)];
    const { status, headers, body: session } = await change(ann, PASSWORD, NEXT);
    expect([status, session]).toMatchObject([200, { user: { email: ANN } }]);
    const renewed = { cookie: cookieOf(headers, 'hilo_session'), csrf: String(session?.csrf) };
    expect((await hilo.call('GET', '/api/session', renewed)).body).toMatchObject({ csrf: renewed.csrf });
    expect((await hilo.call('GET', '/api/session', ann)).status).toBe(401);
    expect((await hilo.call('GET', '/api/session', other)).status).toBe(401);
    expect((await signIn(ANN, PASSWORD)).status).toBe(401);
    expect((await signIn(ANN, NEXT)).status).toBe(200);
    expect(await hilo.changes()).toMatchObject([
      { who: ANN, what: 'changed', target: `users/${ANN}`, after: { password: '[redacted]' } },
    ]);
  });

  it('stays for who does not know it, and for a new one that is too short', async () => {
    const ann = await hilo.signIn(ANN);
    expect((await change(ann, 'wrong', NEXT)).body).toMatchObject({
      ...{ status: 403, code: 'wrong_password', field: 'current' },
    });
    expect((await change(ann, PASSWORD, 'short')).body).toMatchObject({ status: 400, field: 'next' });
    expect((await change(STACK, PASSWORD, NEXT)).status).toBe(401);
    expect((await signIn(ANN, PASSWORD)).status).toBe(200);
  });
});

describe('the first start', () => {
  const start = async (password: string): Promise<string[]> => {
    const printed: string[] = [];
    const print = (line: string): void => void printed.push(line);
    const first = new FirstAdmin({ people: hilo.people, passwords, password, print, nowMs: Date.now });
    expect(first.ready()).toBe(false);
    await first.start();
    expect(first.ready()).toBe(true);
    return printed;
  };

  it('adds an admin where there is nobody, with a password that it says once', async () => {
    await hilo.database.rows('DELETE FROM person', []);
    const printed = await Promise.all([start(''), start('')]);
    const [line = ''] = printed.flat();
    expect(printed.flat()).toHaveLength(1);
    const password = /^Sign in as admin@hilo\.local, password (\S{24}) \(shown once\)$/.exec(line)?.[1];
    expect((await signIn('admin@hilo.local', password)).body).toMatchObject({ user: { role: 'admin' } });
    expect(await start('')).toEqual([]);
  });

  it('takes the password that it is given, and says nothing', async () => {
    await hilo.database.rows('DELETE FROM person', []);
    expect(await start('given by the operator')).toEqual([]);
    expect((await signIn('admin@hilo.local', 'given by the operator')).status).toBe(200);
  });

  it('adds nobody where somebody is', async () => {
    expect(await start('given by the operator')).toEqual([]);
    expect((await signIn('admin@hilo.local', 'given by the operator')).status).toBe(401);
  });
});
