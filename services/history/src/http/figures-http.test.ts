import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HistoryUnderTest, type Loaded } from '../testing/history-under-test.ts';
import { changed, delivered, identified, membership, merged, rejected } from '../testing/records.ts';

let history: HistoryUnderTest;
let run: string;
const id = (name: string) => history.id(name);
const get = (url: string) => history.get(url);
const load: HistoryUnderTest['load'] = (...records) => history.load(...records);

beforeAll(async () => {
  history = await HistoryUnderTest.open();
  run = history.run;
}, 120_000);

afterAll(() => history.close());

describe('the history', () => {
  it('returns the size of a segment over time, from who entered and left', async () => {
    const segment = `sizes-${run}`;
    const [a, b, c] = [id('size-a'), id('size-b'), id('size-c')];
    const change = (
      profile_id: string,
      version: number,
      status: string,
      time: string,
    ): Loaded<'segments.membership'> => [
      'segments.membership',
      membership({ segment, profile_id, version, status, decided_at: Date.parse(time) }),
    ];
    await load(
      change(a, 1, 'entered', '2026-01-01T00:00:00Z'),
      change(b, 1, 'entered', '2026-01-01T12:00:00Z'),
      change(c, 1, 'entered', '2026-01-02T00:00:00Z'),
      // The later record is in an earlier row.
      change(a, 3, 'entered', '2026-01-04T06:00:00Z'),
      change(a, 2, 'exited', '2026-01-02T00:00:01Z'),
      change(b, 2, 'exited', '2026-01-09T00:00:00Z'),
    );
    const window = 'from=2026-01-01T00:00:00Z&to=2026-01-05T00:00:00Z&step_s=86400';
    const answer = (await get(`/v1/segments/${segment}/sizes?${window}`)).json();
    expect(answer).toMatchObject({ segment, from: '2026-01-01T00:00:00.000Z', step_s: 86_400 });
    expect(answer.points.map(({ members, entered, left }: Record<string, number>) => [members, entered, left])).toEqual(
      [
        [1, 0, 0],
        [3, 2, 0],
        [2, 0, 1],
        [2, 0, 0],
        [3, 1, 0],
      ],
    );
    const nobody = (await get(`/v1/segments/nobody-${run}/sizes?step_s=2592000`)).json();
    expect(nobody.points.map(({ members }: { members: number }) => members)).toEqual([0, 0]);
  });

  it.each([
    ['since', ['today', '5', '', '2026-05-17T00:00:00Z&since=2026-05-17T00:00:00Z']],
    ['from', ['yesterday']],
    ['to', ['2026']],
    ['step_s', ['1', '59', '1e9', '99999999']],
  ])('refuses a %s that is none', async (name, texts) => {
    const path = name === 'since' ? 'today' : 'segments/x/sizes';
    for (const text of texts)
      expect((await get(`/v1/${path}?${name}=${text}`)).json()).toMatchObject({
        ...{ status: 400, code: 'invalid_request', field: name },
        detail: expect.stringMatching(new RegExp(`^${name} must be`)),
      });
  });

  it('refuses keys of segments that are none, and too many of them', async () => {
    const many = Array.from({ length: 51 }, (_, n) => `s${n}`).join(',');
    for (const keys of ['', 'a,,b', 'a b', '-a', 'a&keys=b', 'x'.repeat(101), many])
      expect((await get(`/v1/segments/sizes?keys=${keys}`)).json()).toMatchObject({ status: 400, field: 'keys' });
  });

  it('returns the sizes of several segments in one answer', async () => {
    const [small, large] = [`small-${run}`, `large-${run}`];
    const change = (
      segment: string,
      profile: string,
      version: number,
      status: string,
      time: string,
    ): Loaded<'segments.membership'> => [
      'segments.membership',
      membership({ segment, profile_id: id(profile), version, status, decided_at: Date.parse(time) }),
    ];
    await load(
      change(small, 'several-a', 1, 'entered', '2026-01-02T12:00:00Z'),
      change(large, 'several-a', 1, 'entered', '2026-01-01T00:00:00Z'),
      change(large, 'several-b', 1, 'entered', '2026-01-02T00:00:00Z'),
      change(large, 'several-b', 2, 'exited', '2026-01-03T00:00:00Z'),
    );
    const window = 'from=2026-01-01T00:00:00Z&to=2026-01-03T00:00:00Z&step_s=86400';
    const answer = await get(`/v1/segments/sizes?keys=${small},nobody-${run},${large},${small}&${window}`);
    expect(answer.json()).toEqual({
      ...{ from: '2026-01-01T00:00:00.000Z', to: '2026-01-03T00:00:00.000Z', step_s: 86_400 },
      segments: [
        { segment: large, sizes: [1, 2, 1] },
        { segment: `nobody-${run}`, sizes: [0, 0, 0] },
        { segment: small, sizes: [0, 0, 1] },
      ],
    });
    expect((await get(`/v1/segments/sizes?${window}`)).json()).toMatchObject({ status: 400, field: 'keys' });
  });

  it('returns what happened since a moment', async () => {
    // Ahead of now, where nobody else's records are.
    const since_ms = Date.now() + 1_800_000;
    const now = since_ms + 1000;
    const before = (await get(`/v1/today?since=${new Date(since_ms).toISOString()}`)).json();
    const [known, gone, other] = [id('today'), id('today-gone'), id('today-other')];
    const later = { received_at: now };
    await load(
      ['events.identified', identified({ profile_id: known, message_id: 'today-1', ...later })],
      ['events.identified', identified({ profile_id: known, message_id: 'today-2', ...later })],
      ['events.identified', identified({ profile_id: gone, message_id: 'today-3', ...later })],
      ['events.identified', identified({ profile_id: other, message_id: 'yesterday', received_at: since_ms - 5000 })],
      ['identity.merges', merged({ merge_id: `5-${run}`, absorbed: gone, survivor: known, decided_at: now })],
      ['events.rejected', rejected({ rejection_id: `r-${run}`, ...later })],
      ['events.rejected', rejected({ rejection_id: `d-${run}`, state: 'duplicate', ...later })],
      ['segments.membership', membership({ segment: `today-${run}`, profile_id: known, decided_at: now })],
      [
        'segments.membership',
        membership({ segment: `today-${run}`, profile_id: known, version: 2, status: 'exited', decided_at: now }),
      ],
      ['activation.deliveries', delivered({ delivery_id: `1-${run}`, profile_id: known, ended_at: now })],
      [
        'activation.deliveries',
        delivered({ delivery_id: `2-${run}`, profile_id: known, status: 'failed', ended_at: now }),
      ],
      ['activation.deliveries', delivered({ delivery_id: `3-${run}`, profile_id: known, ended_at: since_ms - 5000 })],
    );
    // Another moment is another question: answers are kept for some seconds.
    const after = (await get(`/v1/today?since=${new Date(since_ms + 1).toISOString()}`)).json();
    const grown = Object.fromEntries(
      Object.entries(after)
        .filter(([name]) => name !== 'since')
        .map(([name, value]) => [name, Number(value) - before[name]]),
    );
    expect(grown).toEqual({
      ...{ events: 3, profiles: 1, rejected: 1, duplicate: 1, entered: 1, left: 1, segments: 1 },
      ...{ delivered: 1, failed: 1, filtered: 0, merges: 1 },
    });
    expect((await get('/v1/today?since=2020-01-01T00:00:00Z')).json()).toMatchObject({ status: 400, field: 'since' });
    expect((await get('/v1/today')).json()).toMatchObject({ since: expect.stringMatching(/T00:00:00\.000Z$/) });
  });

  it('names the events, properties, traits and values that were seen', async () => {
    const event = `Seen ${run}`;
    const seen = (n: number, properties: unknown, fields = {}): Loaded<'events.identified'> => [
      'events.identified',
      identified({
        ...{ profile_id: id(`seen-${n}`), message_id: `seen-${n}`, event, properties: JSON.stringify(properties) },
        ...fields,
      }),
    ];
    await load(
      seen(1, { plan: 'pro', products: [{ sku: 'a' }, { sku: 'b' }] }),
      seen(2, { plan: 'pro', total: 5 }),
      seen(3, { plan: `it's; DROP TABLE` }),
      seen(4, { 'first.name': 'x'.repeat(5000) }),
      seen(5, { hidden: true }, { type: 'page' }),
      seen(6, { other: true }, { event: `Not ${event}` }),
    );
    const { items } = (await get('/v1/seen/events')).json();
    expect(items).toContainEqual({ event, count: 4 });
    const name = encodeURIComponent(event);
    expect((await get(`/v1/seen/properties?event=${name}`)).json()).toEqual({
      sampled: 3,
      items: [
        { path: 'plan', count: 3, kinds: ['text'] },
        { path: 'products.sku', count: 1, kinds: ['text'] },
        { path: 'total', count: 1, kinds: ['number'] },
      ],
    });
    expect((await get(`/v1/seen/values?event=${name}&property=plan`)).json().items).toEqual([
      { value: 'pro', count: 2 },
      { value: `it's; DROP TABLE`, count: 1 },
    ]);
    expect((await get(`/v1/seen/values?event=nobody&property=plan`)).json()).toEqual({ sampled: 0, items: [] });
    await load([
      'profiles.changed',
      changed({ profile_id: id('seen'), traits: JSON.stringify({ [run]: { at: 'home' } }) }),
    ]);
    expect((await get('/v1/seen/traits')).json().items).toContainEqual({
      path: `${run}.at`,
      count: 1,
      kinds: ['text'],
    });
    expect((await get(`/v1/seen/trait-values?trait=${run}.at`)).json().items).toEqual([{ value: 'home', count: 1 }]);
    for (const [path, field] of [
      ['properties', 'event'],
      [`values?event=${name}`, 'property'],
      ['trait-values', 'trait'],
      [`properties?event=${'x'.repeat(501)}`, 'event'],
    ])
      expect((await get(`/v1/seen/${path}`)).json()).toMatchObject({ status: 400, field });
  });
});
