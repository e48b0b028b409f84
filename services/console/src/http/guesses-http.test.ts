import { describe, expect, it } from 'vitest';
import { tokenHash } from '../domain/opaque-token.ts';
import { ConsoleUnderTest, cookieOf, openConsole, PASSWORD, STACK } from '../testing/console-under-test.ts';

const ANN = 'ann@example.com';
const HERE = '192.0.2.1';
const THERE = '198.51.100.7';
const YEAR_MS = 366 * 24 * 3_600_000;

let hilo: ConsoleUnderTest;

openConsole('each test', async (opened) => {
  hilo = opened;
  await hilo.add(ANN, 'editor');
});

/** Signs in, from a network and with the cookie by which a browser is known; with its status and that cookie. */
async function signIn(password: string, from: string, device = '', email = ANN) {
  const as = device === '' ? {} : { cookie: device };
  const { status, headers } = await hilo.call('POST', '/api/session', as, { email, password }, from);
  return { status, device: cookieOf(headers, 'hilo_device') };
}

const guess = async (times: number, from: (time: number) => string, device = '') => {
  const statuses = new Set<number>();
  for (let time = 0; time < times; time++) statuses.add((await signIn('wrong', from(time), device)).status);
  return [...statuses];
};

describe('wrong passwords of others', () => {
  it('from another network leave the owner’s sign-in as it is', async () => {
    expect(await guess(30, () => THERE)).toEqual([401, 429]);
    expect((await signIn(PASSWORD, HERE)).status).toBe(200);
  });

  it('from the owner’s own network leave the owner’s browser as it is', async () => {
    const { device } = await signIn(PASSWORD, HERE);
    expect(await guess(30, () => HERE)).toEqual([401, 429]);
    expect((await signIn(PASSWORD, HERE)).status).toBe(429);
    expect((await signIn(PASSWORD, HERE, device)).status).toBe(200);
  });

  it('from many networks leave the owner’s browser as it is, wherever it is now', async () => {
    const { device } = await signIn(PASSWORD, HERE);
    expect(await guess(150, (time) => `203.0.113.${time}`)).toEqual([401, 429]);
    expect((await signIn(PASSWORD, '203.0.113.200')).status).toBe(429);
    expect((await signIn(PASSWORD, HERE, device)).status).toBe(200);
    expect((await signIn(PASSWORD, THERE, device)).status).toBe(200);
  });

  it('from many addresses of one IPv6 network count together', async () => {
    expect(await guess(30, (time) => `2001:db8::${time}:1`)).toEqual([401, 429]);
    expect((await signIn(PASSWORD, '2001:db8::ffff')).status).toBe(429);
    expect((await signIn(PASSWORD, '2001:db8:1::1')).status).toBe(200);
  });
});

describe('a known browser', () => {
  it('has guesses of its own, in whichever network', async () => {
    const { device } = await signIn(PASSWORD, HERE);
    expect(await guess(10, (time) => `203.0.113.${time}`, device)).toEqual([401]);
    expect((await signIn(PASSWORD, THERE, device)).status).toBe(429);
    expect((await signIn(PASSWORD, THERE)).status).toBe(200);
    hilo.advance(300_000);
    expect((await signIn(PASSWORD, THERE, device)).status).toBe(200);
  });

  it('is a stranger’s to every other account', async () => {
    const bob = 'bob@example.com';
    await hilo.add(bob, 'viewer');
    const { device } = await signIn(PASSWORD, HERE, '', bob);
    expect(await guess(10, () => HERE, device)).toEqual([401]);
    expect((await signIn(PASSWORD, HERE, device)).status).toBe(429);
  });

  it('stays known to both of two people who share it', async () => {
    const bob = 'bob@example.com';
    await hilo.add(bob, 'viewer');
    const { device: first } = await signIn(PASSWORD, HERE);
    const { device: both } = await signIn(PASSWORD, HERE, first, bob);
    await guess(30, () => HERE);
    for (const email of [ANN, bob]) expect((await signIn(PASSWORD, HERE, both, email)).status).toBe(200);
    // Neither knows the other’s token by having the browser before.
    expect((await signIn('wrong', HERE, first, bob)).status).toBe(401);
    const tokens = new Set(both.split('=')[1]?.split('.'));
    expect(tokens.size).toBe(2);
  });

  it('is known by a token that is stored nowhere', async () => {
    const { device } = await signIn(PASSWORD, HERE);
    const token = device.split('=')[1] ?? '';
    const [row] = await hilo.database.rows<{ token_hash: Buffer }>('SELECT * FROM device', []);
    expect(row?.token_hash).toEqual(tokenHash(token));
    expect(JSON.stringify(row)).not.toContain(token);
  });

  it('keeps its token at every sign-in, and is a stranger’s after a year without one', async () => {
    const { device } = await signIn(PASSWORD, HERE);
    hilo.advance(YEAR_MS / 2);
    expect((await signIn(PASSWORD, HERE, device)).device).toBe(device);
    hilo.advance(YEAR_MS / 2 + 1);
    expect((await signIn(PASSWORD, HERE, device)).device).toBe(device);
    hilo.advance(YEAR_MS);
    expect((await signIn(PASSWORD, HERE, device)).device.split('=')[1]?.split('.')[0]).not.toBe(device.split('=')[1]);
  });

  it('is a stranger’s once the password is another', async () => {
    const { device } = await signIn(PASSWORD, HERE);
    const password = 'the lamp hums under snow';
    await hilo.call('PATCH', await hilo.pathOf(ANN), STACK, { password });
    await guess(10, () => HERE);
    expect((await signIn(password, HERE, device)).status).toBe(429);
  });

  it('is one of ten at most', async () => {
    for (let count = 0; count < 12; count++) {
      await signIn(PASSWORD, HERE);
      hilo.advance(1);
    }
    expect(await hilo.database.rows('SELECT FROM device', [])).toHaveLength(10);
  });
});

it('a database that does not answer uses up no attempts', async () => {
  const unreachable = await ConsoleUnderTest.open({ postgresUrl: 'postgres://nobody@127.0.0.1:9/none' });
  for (let time = 0; time < 15; time++) {
    const { status } = await unreachable.call('POST', '/api/session', {}, { email: ANN, password: 'wrong' });
    expect(status).toBe(503);
  }
  await unreachable.close();
});
