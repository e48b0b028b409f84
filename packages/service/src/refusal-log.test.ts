import { Controller, Get, Module } from '@nestjs/common';
import { register } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { type ChangeLog, UNKNOWN_CALLER } from './change-log.ts';
import { createLogger } from './logger.ts';
import { MemoryChanges } from './memory-changes.ts';
import { problem } from './problem.ts';
import { createServiceApp } from './service-app.ts';

@Controller('/v1/notes')
class NotesController {
  @Get(':key')
  get(): object {
    throw problem('not_found', 'There is no such note.');
  }
}
@Module({ controllers: [NotesController] })
class NotesModule {}

async function open(changes: ChangeLog) {
  const app = await createServiceApp({
    ...{ name: 'notes', module: NotesModule, adminToken: 'token', changes, ready: () => true },
    openapi: { openapi: '3.1.0', info: { title: 'Notes', version: '1' }, paths: {} },
    logger: createLogger({ name: 'notes', level: 'silent' }),
  });
  const ask = (path: string, token = 'wrong', remoteAddress = '192.0.2.7') =>
    app.instance.inject({ ...{ url: `/v1/${path}`, remoteAddress }, headers: { authorization: `Bearer ${token}` } });
  const items = async () => (await ask('changes', 'token')).json<{ items: Record<string, unknown>[] }>().items;
  return { app, ask, items };
}

const refusals = async () => {
  const { values = [] } = (await register.getSingleMetric('hilo_http_refusals_total')?.get()) ?? {};
  return values.reduce((sum, { value }) => sum + value, 0);
};

describe('requests without the admin token', () => {
  it('are in the list of changes, without what was sent, and counted', async () => {
    const { app, ask, items } = await open(new MemoryChanges());
    const before = await refusals();
    expect((await ask('notes/my-secret?key=my-secret', 'my-secret')).statusCode).toBe(401);
    expect((await ask('notes/a', 'token')).statusCode).toBe(404);
    const listed = await items();
    expect(listed).toMatchObject([
      {
        ...{ who: UNKNOWN_CALLER, address: '192.0.2.7', method: 'GET', target: 'v1/notes/:key', position: 1 },
        ...{ reason: 'unauthorized', count: 1, before: null, after: null },
      },
    ]);
    expect(JSON.stringify(listed)).not.toContain('my-secret');
    expect((await refusals()) - before).toBe(1);
    await app.nest.close();
  });

  it('in a flood leave few rows, which count them all', async () => {
    const changes = new MemoryChanges();
    const { app, ask, items } = await open(changes);
    for (let call = 0; call < 1000; call++)
      await ask(`notes/${call}`, `wrong-${call}`, `10.0.${call % 4}.${call % 250}`);
    await items();
    for (let call = 0; call < 1000; call++)
      await ask(`notes/${call}`, `wrong-${call}`, `10.0.${call % 4}.${call % 250}`);
    await app.nest.close();
    const listed = (await changes.list(0, 10_000)).items;
    expect(listed.reduce((sum, { count }) => sum + count, 0)).toBe(2000);
    expect(listed.length).toBeLessThanOrEqual(2 * 101);
  }, 30_000);

  it('are answered all the same where the log cannot store them', async () => {
    const changes = new MemoryChanges();
    changes.refused = () => Promise.reject(new Error('the database is unavailable'));
    const { app, ask, items } = await open(changes);
    expect((await ask('notes/a')).statusCode).toBe(401);
    expect(await items()).toEqual([]);
    await app.nest.close();
  });
});
