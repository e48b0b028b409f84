import type { StoresFor } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ConsoleUnderTest, openDatabase, PASSWORD } from '../testing/console-under-test.ts';

const TEN_YEARS_MS = 10 * 366 * 24 * 3_600_000;

let stores: StoresFor<'postgres'>;
beforeAll(async () => {
  stores = await openDatabase();
}, 120_000);
afterAll(() => stores.close());

it('a password is as good after ten years as on its first day', async () => {
  const hilo = await ConsoleUnderTest.open({ postgresUrl: stores.postgresUrl });
  try {
    await hilo.add('ann@example.com', 'editor');
    const signIn = () => hilo.call('POST', '/api/session', {}, { email: 'ann@example.com', password: PASSWORD });
    expect(await signIn()).toMatchObject({ status: 200, body: { must_change_password: false } });
    hilo.advance(TEN_YEARS_MS);
    expect(await signIn()).toMatchObject({ status: 200, body: { must_change_password: false } });
  } finally {
    await hilo.close();
  }
});
