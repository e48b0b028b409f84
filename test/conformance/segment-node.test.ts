import { Analytics } from '@segment/analytics-node';
import { describe, expect, it } from 'vitest';
import { sharedStack } from '@hilo/test-stack';
import { createSource, endsOf } from './ending.ts';

const credentials = sharedStack();

describe('@segment/analytics-node, unmodified', () => {
  it('sends every kind of call, and all of them are accepted as sent', async () => {
    const source = await createSource(credentials, 'segment-node');
    const errors: unknown[] = [];
    const analytics = new Analytics({
      writeKey: source.write_key,
      host: credentials.ingestionUrl,
      flushAt: 5,
      maxRetries: 3,
    });
    analytics.on('error', (error) => errors.push(error));
    const timestamp = new Date('2026-01-02T03:04:05.678Z');
    analytics.track({
      userId: 'u',
      event: 'Order Completed',
      properties: { revenue: 9.5, products: [{ sku: 'a' }] },
      timestamp,
    });
    analytics.identify({ userId: 'u', traits: { email: 'u@shop.example', plan: null } });
    analytics.page({ anonymousId: 'a', name: 'Home', category: 'Shop', properties: { url: 'https://shop.example/' } });
    analytics.screen({ anonymousId: 'a', name: 'Basket' });
    analytics.group({ userId: 'u', groupId: 'g', traits: { name: 'Group' } });
    analytics.alias({ userId: 'u', previousId: 'a' });
    for (let index = 0; index < 94; index++)
      analytics.track({
        userId: 'u',
        event: `Step ${index}`,
        context: { page: { path: '/é' } },
        integrations: { All: false },
      });
    await analytics.closeAndFlush({ timeout: 20_000 });
    expect(errors).toEqual([]);

    const { accepted, rejected } = await endsOf(credentials, source, 100);
    expect(rejected).toEqual([]);
    const of = (type: string) => accepted.find((event) => event.type === type && !event.event?.startsWith('Step'));
    expect(of('track')).toMatchObject({
      event: 'Order Completed',
      user_id: 'u',
      via: 'http',
      timestamp_clamped: false,
    });
    expect(JSON.parse(of('track')?.properties ?? '')).toEqual({ revenue: 9.5, products: [{ sku: 'a' }] });
    expect(Math.abs((of('track')?.timestamp ?? 0) - timestamp.getTime())).toBeLessThan(60_000);
    expect(JSON.parse(of('track')?.context ?? '')).toMatchObject({
      library: { name: '@segment/analytics-node' },
      ip: '127.0.0.1',
    });
    expect(JSON.parse(of('identify')?.traits ?? '')).toEqual({ email: 'u@shop.example', plan: null });
    expect(of('page')).toMatchObject({ name: 'Home', category: 'Shop', anonymous_id: 'a' });
    expect(of('screen')).toMatchObject({ name: 'Basket' });
    expect(of('group')).toMatchObject({ group_id: 'g', traits: '{"name":"Group"}' });
    expect(of('alias')).toMatchObject({ user_id: 'u', previous_id: 'a' });
    expect(accepted.filter(({ integrations }) => integrations === '{"All":false}')).toHaveLength(94);
    expect(new Set(accepted.map(({ message_id }) => message_id)).size).toBe(100);
  });

  it('sends a message again without its counting twice', async () => {
    const source = await createSource(credentials, 'segment-repeat');
    for (let attempt = 0; attempt < 3; attempt++) {
      const analytics = new Analytics({ writeKey: source.write_key, host: credentials.ingestionUrl });
      analytics.track({ userId: 'u', event: 'Order Completed', messageId: 'the-one' });
      await analytics.closeAndFlush();
    }
    const { accepted, rejected } = await endsOf(credentials, source, 3);
    expect(accepted).toHaveLength(1);
    expect(rejected.map(({ state, reason, message_id }) => [state, reason, message_id])).toEqual([
      ['duplicate', 'duplicate', 'the-one'],
      ['duplicate', 'duplicate', 'the-one'],
    ]);
  });
});
