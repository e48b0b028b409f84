import { describe, expect, it } from 'vitest';
import {
  type FoundDelivery,
  type FoundEvent,
  type FoundRejection,
  type MessageFacts,
  messageWay,
} from './message-way.ts';

const NOTHING: MessageFacts = {
  ...{ events: [], rejections: [], merges: [], trait_changes: [], membership_changes: [], deliveries: [] },
  survivors: new Map(),
  is_cut: false,
};

function event(changes: Partial<FoundEvent> = {}): FoundEvent {
  return {
    ...{ source: 'web', type: 'track', event: 'Seen', name: null, user_id: 'u', anonymous_id: null, via: 'http' },
    ...{ timestamp_ms: 900, received_at_ms: 1000, profile_id: 'p_1', linked: [], set_aside: [], ...changes },
  };
}

function rejection(changes: Partial<FoundRejection> = {}): FoundRejection {
  return {
    ...{ rejection_id: '0-1', state: 'rejected', source: 'web', reason: 'missing_event', field: 'event', message: 'x' },
    ...{ type: 'track', via: 'http', received_at_ms: 500, original: '{}', original_encoding: 'utf8', ...changes },
  };
}

const trait = { source: 'web', trait: 'plan', value: '1', previous: null, decided_at_ms: 1100 };
const change = {
  segment: 's',
  status: 'entered',
  reason: 'event',
  version: 1,
  unproven: false,
  decided_at_ms: 1200,
} as const;
const delivery: Omit<FoundDelivery, 'profile_id'> = {
  ...({
    delivery_id: 'd',
    destination: 'crm',
    segment: 's',
    membership_status: 'entered',
    status: 'delivered',
  } as const),
  ...{ reason: '', attempts: 1, response_status: 200, created_at_ms: 1200, ended_at_ms: 1300 },
};

const statesOf = (facts: Partial<MessageFacts>, source: string | null = null) =>
  messageWay({ ...NOTHING, ...facts }, source).stages.map(({ state }) => state);

describe('the way of an event', () => {
  it('is nowhere until anything of it is there', () => {
    const way = messageWay(NOTHING, null);
    expect([way.state, way.source, way.profile_id]).toEqual(['not_seen', null, null]);
    expect(statesOf({})).toEqual(['not_seen', 'not_seen', 'not_seen', 'not_seen', 'not_seen']);
  });

  it('ends where it was rejected, and goes on where a later one was accepted', () => {
    const never = ['not_reached', 'not_reached', 'not_reached', 'not_reached'];
    expect(statesOf({ rejections: [rejection()] })).toEqual(['rejected', ...never]);
    const mended = messageWay({ ...NOTHING, rejections: [rejection()], events: [event()] }, null);
    expect([mended.state, mended.rejections.length]).toEqual(['accepted', 1]);
  });

  it('of a duplicate is that of the one that was accepted before', () => {
    expect(statesOf({ rejections: [rejection({ state: 'duplicate' })] })[0]).toBe('duplicate');
    expect(statesOf({ rejections: [rejection({ state: 'duplicate' })] })[1]).toBe('not_seen');
    expect(statesOf({ rejections: [rejection({ state: 'duplicate' })], events: [event()] })[0]).toBe('accepted');
  });

  it('says what each stage made of it, with the time of the first of it', () => {
    const way = messageWay(
      {
        ...NOTHING,
        events: [event()],
        trait_changes: [
          { ...trait, profile_id: 'p_1', decided_at_ms: 1150 },
          { ...trait, profile_id: 'p_1' },
        ],
        membership_changes: [{ ...change, profile_id: 'p_1' }],
        deliveries: [{ ...delivery, profile_id: 'p_1' }],
      },
      null,
    );
    expect(way.stages).toEqual([
      { stage: 'ingestion', state: 'accepted', count: 1, at_ms: 1000 },
      { stage: 'identity', state: 'identified', count: 1, at_ms: null },
      { stage: 'profile', state: 'changed', count: 2, at_ms: 1100 },
      { stage: 'segmentation', state: 'changed', count: 1, at_ms: 1200 },
      { stage: 'activation', state: 'ended', count: 1, at_ms: 1300 },
    ]);
    expect(statesOf({ events: [event()] })).toEqual([
      ...['accepted', 'identified', 'none_so_far', 'none_so_far', 'none_so_far'],
    ]);
  });

  it('is followed across merges, under the surviving profile', () => {
    const way = messageWay(
      {
        ...NOTHING,
        events: [event({ profile_id: 'p_old' })],
        membership_changes: [{ ...change, profile_id: 'p_new' }],
        survivors: new Map([['p_old', 'p_new']]),
      },
      null,
    );
    expect([way.profile_id, way.membership_changes.length]).toEqual(['p_new', 1]);
  });

  it('is that of one source where several use the same messageId', () => {
    const facts = {
      events: [event({ source: 'app', profile_id: 'p_2' }), event({ source: 'web' })],
      rejections: [rejection({ source: 'shop' })],
      trait_changes: [{ ...trait, profile_id: 'p_1' }],
      deliveries: [{ ...delivery, profile_id: 'p_1' }],
    };
    const app = messageWay({ ...NOTHING, ...facts }, null);
    expect([app.source, app.sources, app.profile_id]).toEqual(['app', ['app', 'web', 'shop'], 'p_2']);
    expect([app.trait_changes, app.deliveries]).toEqual([[], []]);
    const web = messageWay({ ...NOTHING, ...facts }, 'web');
    expect([web.trait_changes.length, web.deliveries.length]).toEqual([1, 1]);
    expect(messageWay({ ...NOTHING, ...facts }, 'shop').state).toBe('rejected');
    expect(messageWay({ ...NOTHING, ...facts }, 'none').state).toBe('not_seen');
  });
});
