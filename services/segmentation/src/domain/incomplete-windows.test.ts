import { UTC } from '@hilo/behaviour';
import { describe, expect, it } from 'vitest';
import { A_DEFINITION, AN_EVENT } from '../testing/records.ts';
import { compiledOf } from './compile.ts';
import { decide } from './decide.ts';
import { NO_DEFINITIONS, withDefinition } from './definitions.ts';
import { foldEvent, withoutForgotten } from './fold.ts';
import { combine, newProfile, type ProfileState, wakeAtMs } from './profile-state.ts';

const START_MS = Date.UTC(2026, 5, 1);
const MINUTE_MS = 60_000;
const DEFINITION = JSON.stringify({ did: 'Order', within: '10m' });
const COMPILED = compiledOf(
  withDefinition(NO_DEFINITIONS, {
    ...{
      ...A_DEFINITION,
      segment: 'active',
      version: 1,
      name: 'active',
      definition: DEFINITION,
      decided_at: 1,
      number: 1,
    },
  }),
  UTC,
);

const minute = (minutes: number) => START_MS + minutes * MINUTE_MS;
const at = (minutes: number) => ({ momentMs: minute(minutes), nowMs: minute(60) });

/** A profile with an order, decided at that minute. */
function ordered(profile_id: string, minutes: number): ProfileState {
  const event = { ...AN_EVENT, profile_id, event: 'Order', timestamp: minute(minutes), received_at: minute(minutes) };
  const folded = foldEvent(newProfile(profile_id), event, minute(minutes), COMPILED);
  if (folded.kind === 'fault') throw new Error(folded.message);
  return decide(folded.state, { kind: 'definition' }, at(minutes), COMPILED).state;
}

/** A profile that ordered at minute 5, left at 15, and was decided until 16: it has forgotten the order. */
function left(): ProfileState {
  const { state } = decide(ordered('absorbed', 5), { kind: 'time' }, at(16), COMPILED);
  return withoutForgotten(state, minute(16), COMPILED);
}

/** A profile that was decided until minute 3, and whose order of minute 5 came when its partition was at minute 16. */
function missed(): ProfileState {
  const { state } = decide(newProfile('absorbed'), { kind: 'definition' }, at(3), COMPILED);
  const event = { ...AN_EVENT, profile_id: 'absorbed', event: 'Order', timestamp: minute(5), received_at: minute(5) };
  const folded = foldEvent(state, event, minute(16), COMPILED);
  if (folded.kind === 'fault') throw new Error(folded.message);
  return folded.state;
}

it('a profile that missed an order because its time was ahead hands over for which moment it is', () => {
  const { state } = decide(combine(ordered('survivor', 0), missed()), { kind: 'merge' }, at(9), COMPILED);
  expect(missed().momentMs).toBe(minute(16));
  expect(wakeAtMs(state)).toBe(minute(16));
  expect(decide(state, { kind: 'time' }, at(12), COMPILED).changes).toEqual([]);
});

describe('a profile that absorbed one whose time was ahead', () => {
  const { state: survivor } = decide(combine(ordered('survivor', 0), left()), { kind: 'merge' }, at(9), COMPILED);

  it('does not leave by time while an order that the other one has forgotten may keep it in', () => {
    expect(survivor.memberships.has('active')).toBe(true);
    expect(wakeAtMs(survivor)).toBe(minute(16));
    expect(decide(survivor, { kind: 'time' }, at(12), COMPILED).changes).toEqual([]);
  });

  it('leaves at the first moment that is known', () => {
    const { state, changes } = decide(survivor, { kind: 'time' }, at(20), COMPILED);
    expect(changes.map(({ reason, event_time }) => [reason, event_time])).toEqual([['time', minute(16)]]);
    expect([state.completeFromMs, wakeAtMs(state)]).toEqual([0, null]);
  });
});
