import { ProblemError } from '@hilo/service';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Destination } from '../domain/destination.ts';
import { type DestinationStore, SegmentsAway } from '../ports.ts';
import { DestinationsController } from './destinations-controller.ts';

const WEBHOOK = { type: 'webhook', url: 'https://example.com/hook', segments: ['buyers'] };

let kept: Map<string, Destination>;
/** Segments that there are; null: nobody knows. */
let known: ReadonlySet<string> | null;
let controller: DestinationsController;

beforeEach(() => {
  kept = new Map();
  known = new Set(['buyers', 'vip']);
  const store: DestinationStore = {
    current: () => kept,
    find: async (key) => kept.get(key) ?? null,
    list: async () => [...kept.values()],
    put: async (draft) => {
      const created = !kept.has(draft.key);
      const destination = { ...draft, type: 'webhook', secret: 's', created_at_ms: 1, updated_at_ms: 1 } as Destination;
      kept.set(draft.key, destination);
      return { destination, created };
    },
    remove: async (key) => kept.delete(key),
  };
  const segments = {
    missing: async (keys: readonly string[]) => {
      if (known === null) throw new SegmentsAway('segmentation is away');
      return keys.filter((key) => known?.has(key) !== true);
    },
  };
  controller = new DestinationsController(store, segments, []);
});

const put = (change: object) => controller.put('crm', { ...WEBHOOK, ...change }, { status: () => undefined });
const refusal = async (change: object) => {
  const error: unknown = await put(change).then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!(error instanceof ProblemError)) throw new Error('it was not refused');
  const { status, code, message, details } = error;
  return { status, code, message, field: details.field, retry_after: details.headers?.['retry-after'] };
};

describe('the segments of a destination', () => {
  it('exist, or it is refused with those that do not', async () => {
    const refused = await refusal({ segments: ['buyers', 'no-such-segment', 'Buyers'] });
    expect(refused).toMatchObject({ status: 400, code: 'unknown_segment', field: 'segments' });
    expect(refused.message).toContain('"no-such-segment", "Buyers"');
    expect(kept.size).toBe(0);
    for (const segments of ['all', [], ['buyers'], ['vip', 'buyers']]) await put({ segments });
  });

  it('may be gone since, so that it can be changed otherwise', async () => {
    await put({});
    known = new Set();
    await put({ enabled: false });
    expect(kept.get('crm')).toMatchObject({ enabled: false, segments: ['buyers'] });
    expect(await refusal({ segments: ['buyers', 'vip'] })).toMatchObject({ code: 'unknown_segment' });
  });

  it('must be known to exist: nothing is saved while nobody says so', async () => {
    known = null;
    expect(await refusal({})).toMatchObject({
      status: 503,
      code: 'segments_unknown',
      field: 'segments',
      retry_after: '1',
    });
    expect(kept.size).toBe(0);
    await put({ segments: 'all' });
    expect(kept.size).toBe(1);
  });
});
