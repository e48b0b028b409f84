import { describe, expect, it } from 'vitest';
import type { MessageWay, WayDelivery, WayState } from './event-api.ts';
import { type Progress, wayOf } from './way.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const IDLE = new Map(
  [...['ingestion', 'identity', 'profile', 'segmentation', 'activation', 'history']].map((s) => [s, 0]),
);
const STAGES = ['ingestion', 'identity', 'profile', 'segmentation', 'activation'] as const;

function message(
  state: MessageWay['state'],
  states: readonly WayState[],
  changes: Partial<MessageWay> = {},
  ageS = 60,
): MessageWay {
  const at = new Date(NOW - ageS * 1000).toISOString();
  return {
    ...{ message_id: 'm', source: 'web', sources: ['web'], state, profile_id: 'p', merges: [], rejections: [] },
    ...{
      accepted: state === 'accepted' ? 1 : 0,
      trait_changes: [],
      membership_changes: [],
      deliveries: [],
      is_cut: false,
    },
    stages: STAGES.map((stage, index) => ({ stage, state: states[index] ?? 'not_seen', count: 0, at: null })),
    event:
      state !== 'accepted'
        ? null
        : {
            ...{ type: 'track', event: 'x', name: null, user_id: 'u', anonymous_id: null, via: 'http', timestamp: at },
            ...{ received_at: at, linked: [], set_aside: [], properties: null, traits: null, context: null },
            ...{ source: 'web', recorded_profile_id: 'p' },
          },
    ...changes,
  };
}

const accepted = (ageS = 60, last: WayState = 'none_so_far', changes: Partial<MessageWay> = {}) =>
  message('accepted', ['accepted', 'identified', 'none_so_far', 'none_so_far', last], changes, ageS);
const way = (of: MessageWay, progress: Partial<Progress> = {}) =>
  wayOf(of, { waiting_deliveries: 0, lags: IDLE, nowMs: NOW, ...progress });
const statesOf = (of: MessageWay, progress: Partial<Progress> = {}) =>
  way(of, progress).steps.map(({ state }) => state);

const delivery: WayDelivery = {
  ...{ delivery_id: 'd', destination: 'crm', segment: 's', membership_status: 'entered', status: 'delivered' },
  ...{ profile_id: 'p', reason: '', attempts: 1, response_status: 200, created_at: null, ended_at: null },
};

describe('the way of an event', () => {
  it('of which nothing is there is not over', () => {
    const none = message('not_seen', []);
    expect(way(none).isFinal).toBe(false);
    expect(statesOf(none)).toEqual(['notSeen', 'notSeen', 'notSeen', 'notSeen', 'notSeen']);
  });

  it('is over at a rejection', () => {
    const never = ['not_reached', 'not_reached', 'not_reached', 'not_reached'] as const;
    const rejected = message('rejected', ['rejected', ...never]);
    expect(way(rejected).isFinal).toBe(true);
    expect(statesOf(rejected)).toEqual(['rejected', 'notReached', 'notReached', 'notReached', 'notReached']);
  });

  it('says what is not there yet, and only when no stage has anything left that there is nothing', () => {
    expect(statesOf(accepted(5)).slice(2)).toEqual(['noTraitsYet', 'noSegmentsYet', 'noDeliveriesYet']);
    expect(statesOf(accepted(60)).slice(2)).toEqual(['noTraits', 'noSegments', 'noDeliveries']);
    expect(way(accepted(60)).isFinal).toBe(true);
  });

  it.each([
    ['a stage lags', { lags: new Map([...IDLE, ['segmentation', 3] as const]) }, 3600, false],
    ['the lag is not known', { lags: null }, 60, false],
    ['the lag is not known for long', { lags: null }, 3600, true],
    ['the history lags', { lags: new Map([...IDLE, ['history', 1] as const]) }, 60, false],
    ['a delivery waits', { waiting_deliveries: 1 }, 3600, false],
  ])('where %s', (_case, progress, ageS, isFinal) => {
    expect(way(accepted(ageS), progress).isFinal).toBe(isFinal);
  });

  it('says how deliveries ended, the worst first', () => {
    const ended = (of: readonly WayDelivery[], waiting_deliveries = 0) =>
      statesOf(accepted(60, 'ended', { deliveries: of }), { waiting_deliveries }).at(-1);
    expect(ended([delivery])).toBe('delivered');
    expect(ended([delivery, { ...delivery, status: 'failed' }])).toBe('deliveriesFailed');
    expect(ended([delivery], 1)).toBe('deliveriesWaiting');
  });
});
