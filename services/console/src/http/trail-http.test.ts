import { register } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { type Caller, type ConsoleUnderTest, openConsole, PASSWORD, STACK } from '../testing/console-under-test.ts';

const ANN = 'ann@example.com';
const ADDRESS = '127.0.0.1';
const WRONG = 'not the password of anybody';

let hilo: ConsoleUnderTest;

openConsole('each test', async (opened) => {
  hilo = opened;
  await hilo.add(ANN, 'viewer');
});

const signIn = (email: string, password: string) => hilo.call('POST', '/api/session', {}, { email, password });

/** The newest entries but changes, newest first. */
async function newest(limit = 1): Promise<readonly Record<string, unknown>[]> {
  const { body } = await hilo.call('GET', '/api/audit?limit=100', STACK);
  const items = body?.items as readonly Record<string, unknown>[];
  return items.filter(({ what }) => what !== 'created' && what !== 'changed').slice(0, limit);
}

async function counted(name: string, labels: Readonly<Record<string, string>>): Promise<number> {
  const { values = [] } = (await register.getSingleMetric(name)?.get()) ?? {};
  const isMeant = (of: object) => Object.entries(labels).every(([label, value]) => Object(of)[label] === value);
  return values.filter(({ labels: of }) => isMeant(of)).reduce((sum, { value }) => sum + value, 0);
}

/** How much a counter grows while something happens. */
async function grows(name: string, labels: Readonly<Record<string, string>>, happens: () => Promise<unknown>) {
  const before = await counted(name, labels);
  await happens();
  return (await counted(name, labels)) - before;
}

const SIGN_INS = 'hilo_console_sign_ins_total';
const REFUSALS = 'hilo_console_refusals_total';

describe('signing in and out', () => {
  it('leaves an entry each, and is counted', async () => {
    let ann: Caller = {};
    const grown = await grows(SIGN_INS, { outcome: 'signed_in' }, async () => (ann = await hilo.signIn(ANN)));
    await hilo.call('DELETE', '/api/session', ann);
    expect(grown).toBe(1);
    const entry = { who: ANN, target: 'session', address: ADDRESS, reason: null, count: 1, before: null, after: null };
    expect(await newest(2)).toMatchObject([
      { ...entry, what: 'signed_out' },
      { ...entry, what: 'signed_in' },
    ]);
  });

  it.each([
    ['a wrong password', ANN, 'wrong_password', ANN],
    ['an address that nobody has', 'my-pass-phrase@example.com', 'unknown_person', 'unknown caller'],
    ['a text that is no address', 'my pass phrase', 'unknown_person', 'unknown caller'],
  ])('in vain, with %s, leaves an entry that says why, without what was typed', async (_, email, reason, who) => {
    expect(await grows(SIGN_INS, { outcome: 'sign_in_failed', reason }, () => signIn(email, WRONG))).toBe(1);
    const entries = await newest();
    expect(entries).toMatchObject([{ what: 'sign_in_failed', reason, who, target: 'session', address: ADDRESS }]);
    expect(JSON.stringify(entries)).not.toMatch(/not the password|pass.phrase/);
  });

  it('in vain, by somebody who is disabled, leaves an entry that says so', async () => {
    await hilo.call('PATCH', await hilo.pathOf(ANN), STACK, { disabled: true });
    expect(await grows(SIGN_INS, { reason: 'disabled' }, () => signIn(ANN, PASSWORD))).toBe(1);
    expect(await newest()).toMatchObject([{ what: 'sign_in_failed', reason: 'disabled', who: ANN }]);
  });

  it('too often leaves an entry of the lock-out, and one of the guesses', async () => {
    for (let guess = 0; guess < 10; guess++) await signIn(ANN, WRONG);
    expect(
      await grows(SIGN_INS, { outcome: 'locked_out', reason: 'too_many_attempts' }, () => signIn(ANN, PASSWORD)),
    ).toBe(1);
    const entries = await newest(2);
    expect(entries).toContainEqual(
      expect.objectContaining({ what: 'locked_out', reason: 'too_many_attempts', address: ADDRESS }),
    );
    expect(entries).toContainEqual(
      expect.objectContaining({ what: 'sign_in_failed', reason: 'wrong_password', who: ANN, count: 10 }),
    );
  });
});

describe('a refused request', () => {
  it('of a stranger leaves an entry and nothing of what was sent', async () => {
    const caller = { token: `hilo_${'s'.repeat(43)}` };
    const asks = () => hilo.call('GET', '/api/users/my-secret-id?token=my-secret', caller);
    expect(
      await grows(REFUSALS, { reason: 'unauthorized' }, () => hilo.call('DELETE', '/api/users/my-secret', caller)),
    ).toBe(1);
    await asks();
    const entries = await newest();
    expect(entries).toMatchObject([
      {
        ...{ what: 'refused', reason: 'unauthorized', who: 'unknown caller', address: ADDRESS },
        ...{ method: 'DELETE', target: 'users/:id' },
      },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/my-secret|ssss/);
  });

  it('of somebody without the right leaves an entry that says who tried what', async () => {
    const ann = await hilo.signIn(ANN);
    await hilo.add('ben@example.com', 'viewer');
    const ben = await hilo.pathOf('ben@example.com');
    const asks = () => hilo.call('DELETE', `${ben}?why=x`, ann);
    expect(await grows(REFUSALS, { reason: 'forbidden' }, asks)).toBe(1);
    expect(await newest()).toMatchObject([
      {
        ...{ what: 'refused', reason: 'forbidden', who: ANN, address: ADDRESS, count: 1 },
        ...{ method: 'DELETE', target: 'users/ben@example.com' },
      },
    ]);
  });

  it('to a service behind the console leaves an entry, too', async () => {
    const ann = await hilo.signIn(ANN);
    await hilo.call('PUT', '/api/segmentation/v1/segments/vip', ann, {});
    expect(await newest()).toMatchObject([
      { what: 'refused', reason: 'forbidden', who: ANN, method: 'PUT', target: 'segmentation/v1/segments/vip' },
    ]);
  });

  it('without the session’s CSRF text leaves an entry', async () => {
    const { cookie } = await hilo.signIn(ANN);
    expect(
      await grows(REFUSALS, { reason: 'csrf_failed' }, () => hilo.call('DELETE', '/api/session', { cookie })),
    ).toBe(1);
    expect(await newest()).toMatchObject([{ what: 'refused', reason: 'csrf_failed', who: ANN, target: 'session' }]);
  });

  it('with a wrong present password leaves an entry', async () => {
    const ann = await hilo.signIn(ANN);
    const body = { current: WRONG, next: 'another long password' };
    const asks = () => hilo.call('PUT', '/api/session/password', ann, body);
    expect(await grows(REFUSALS, { reason: 'wrong_password' }, asks)).toBe(1);
    const entries = await newest();
    expect(entries).toMatchObject([
      { what: 'refused', reason: 'wrong_password', who: ANN, target: 'session/password' },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/not the password|another long/);
  });

  it('of the webhook leaves an entry', async () => {
    expect(await grows(REFUSALS, { reason: 'bad_signature' }, () => hilo.call('POST', '/v1/webhook-receiver'))).toBe(1);
    expect(await newest()).toMatchObject([{ reason: 'bad_signature', target: 'v1/webhook-receiver' }]);
  });

  it('is none where somebody opens the sign-in page', async () => {
    const before = await newest();
    expect(await grows(REFUSALS, {}, () => hilo.call('GET', '/api/session'))).toBe(0);
    expect(await newest()).toEqual(before);
  });
});

describe('a flood of refused requests', () => {
  it('by a stranger leaves few entries, which count them all', async () => {
    const from = (index: number) => `10.0.${Math.floor(index / 250)}.${index % 250}`;
    const flood = async (count: number) => {
      for (let index = 0; index < count; index++)
        await hilo.app.instance.inject({
          ...{ method: 'GET', url: `/api/users?cursor=${index}`, remoteAddress: from(index) },
          headers: { authorization: `Bearer ${index}` },
        });
    };
    const rows = async () =>
      (
        await hilo.database.rows<{ entries: number; requests: number }>(
          "SELECT count(*)::integer AS entries, sum(count)::integer AS requests FROM audit_entry WHERE reason = 'unauthorized'",
          [],
        )
      )[0] ?? { entries: 0, requests: 0 };
    const before = await rows();
    await flood(2000);
    await hilo.trail.flush();
    await flood(2000);
    await hilo.trail.flush();
    const after = await rows();
    expect(after.requests - (before.requests ?? 0)).toBe(4000);
    expect(after.entries - before.entries).toBeLessThanOrEqual(2 * 101);
  }, 60_000);
});

it('while the database cannot write, waits with what was refused, and answers all the same', async () => {
  await hilo.database.rows('ALTER TABLE audit_entry RENAME TO audit_entry_away', []);
  try {
    expect((await hilo.call('GET', '/api/users')).status).toBe(401);
    await hilo.trail.flush();
  } finally {
    await hilo.database.rows('ALTER TABLE audit_entry_away RENAME TO audit_entry', []);
  }
  expect(await newest()).toMatchObject([{ what: 'refused', reason: 'unauthorized', target: 'users' }]);
});
