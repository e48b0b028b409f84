import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenType } from '../destinations/types.ts';
import { webhook } from '../destinations/webhook/webhook.ts';
import type { Destination } from '../domain/destination.ts';
import { type DestinationStore, SegmentsUnavailableError } from '../ports.ts';
import { destination } from '../testing/fixtures.ts';
import { type GivenDestination, type SaveDestination, saveDestination } from './save-destination.ts';

let kept: Map<string, Destination>;
/** Segments that there are; null: nobody knows. */
let known: ReadonlySet<string> | null;
let type: OpenType;
let save: SaveDestination;

beforeEach(() => {
  kept = new Map();
  known = new Set(['buyers', 'vip']);
  type = {
    type: webhook,
    accept: async (settings) => ({ kind: 'accepted', settings }),
    perform: () => expect.unreachable(),
    close: async () => undefined,
  };
  const destinations: Pick<DestinationStore, 'find' | 'put'> = {
    find: async (key) => kept.get(key) ?? null,
    put: async ({ key, name, segments, backfilled, kept: _kept, ...draft }) => {
      const created = !kept.has(key);
      const whole = { name: name ?? key, segments: segments ?? 'all', backfilled: backfilled ?? false };
      kept.set(key, destination({ ...draft, key, ...whole }));
      return { kind: 'stored', destination: kept.get(key) as Destination, created };
    },
  };
  const segments = {
    missing: async (keys: readonly string[]) => {
      if (known === null && keys.length > 0) throw new SegmentsUnavailableError('segmentation is unavailable');
      return keys.filter((key) => known?.has(key) !== true);
    },
  };
  save = saveDestination({ destinations, segments });
});

const put = (change: Partial<GivenDestination>) =>
  save({
    ...{ key: 'crm', name: null, type, settings: { url: 'https://example.com/hook' } },
    ...{ segments: ['buyers'], enabled: true, backfilled: null, ...change },
  });

describe('the segments of a destination', () => {
  it('exist, or it is refused with those that do not', async () => {
    const refused = await put({ segments: ['buyers', 'no-such-segment', 'Buyers'] });
    expect(refused).toEqual({ kind: 'unknown_segments', segments: ['no-such-segment', 'Buyers'] });
    expect(kept.size).toBe(0);
    for (const segments of ['all', [], ['buyers'], ['vip', 'buyers']] as const) await put({ segments });
    expect(kept.get('crm')).toMatchObject({ segments: ['vip', 'buyers'] });
  });

  it('may be gone since, so that it can be changed otherwise', async () => {
    await put({});
    known = new Set();
    await put({ enabled: false });
    expect(kept.get('crm')).toMatchObject({ enabled: false, segments: ['buyers'] });
    expect(await put({ segments: ['buyers', 'vip'] })).toMatchObject({ kind: 'unknown_segments' });
  });

  it('must be known to exist: nothing is saved while nobody says so', async () => {
    known = null;
    await expect(put({})).rejects.toThrow(SegmentsUnavailableError);
    expect(kept.size).toBe(0);
    await put({ segments: 'all' });
    expect(kept.size).toBe(1);
  });
});

describe('the settings of a destination', () => {
  it('get their secret from the one that is there, or a new one', async () => {
    await put({});
    const made = kept.get('crm')?.settings.secret;
    expect(made).toMatch(/^whsec_[\w-]{32}$/);
    await put({ settings: { url: 'https://example.com/other' } });
    expect(kept.get('crm')?.settings).toEqual({ url: 'https://example.com/other', secret: made });
    await put({ settings: { url: 'https://example.com/other', secret: 'a-secret-of-my-own' } });
    expect(kept.get('crm')?.settings).toMatchObject({ secret: 'a-secret-of-my-own' });
  });

  it('lack a secret that is required and that nobody makes', async () => {
    const { generated: _none, ...bare } = webhook;
    type = { ...type, type: bare };
    expect(await put({})).toEqual({ kind: 'refused', field: 'settings.secret', detail: 'must be given' });
    expect(kept.size).toBe(0);
  });

  it('are refused where their type does not accept them', async () => {
    type = { ...type, accept: async () => ({ kind: 'refused', field: 'url', detail: 'must be another one' }) };
    expect(await put({})).toEqual({ kind: 'refused', field: 'settings.url', detail: 'must be another one' });
    expect(kept.size).toBe(0);
  });

  it('stay of their type', async () => {
    await put({});
    type = { ...type, type: { ...webhook, key: 'another' } };
    expect(await put({})).toMatchObject({ kind: 'refused', field: 'type' });
  });
});
