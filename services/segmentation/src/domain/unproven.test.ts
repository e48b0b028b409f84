import { UTC } from '@hilo/behaviour';
import { describe, expect, it } from 'vitest';
import { compiledOf } from './compile.ts';
import { decide, leaveAll } from './decide.ts';
import { NO_DEFINITIONS, withDefinition } from './definitions.ts';
import type { Cause } from './explain.ts';
import { foldEvent, type TakenEvent, takenOf } from './fold.ts';
import { newProfile } from './profile-state.ts';
import { A_DEFINITION, AN_EVENT } from '../testing/records.ts';

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
const ORDER = { ...AN_EVENT, profile_id: 'p', event: 'Order', timestamp: START_MS, received_at: START_MS };
const EVENT: Cause = {
  kind: 'event',
  message_id: 'm',
  event_time_ms: START_MS,
  historical: false,
  fed: takenOf(ORDER, COMPILED) as TakenEvent,
  list: null,
};

const at = (minutes: number, isUnproven: boolean) => {
  const momentMs = START_MS + minutes * MINUTE_MS;
  return { momentMs, nowMs: momentMs, isUnproven };
};

/** A profile that is in by an order at the start. */
function member(isUnproven: boolean) {
  const folded = foldEvent(newProfile('p'), ORDER, START_MS, COMPILED);
  if (folded.kind === 'fault') throw new Error(folded.message);
  return decide(folded.state, EVENT, at(0, isUnproven), COMPILED);
}

const marks = ({ changes }: ReturnType<typeof decide>) => changes.map((one) => `${one.reason} ${one.unproven}`);

describe('what is decided while an origin is left out', () => {
  it('is unproven where time, a definition or a merge explains it', () => {
    const { state } = member(false);
    for (const kind of ['time', 'definition', 'merge'] as const)
      expect(marks(decide(state, { kind }, at(10, true), COMPILED))).toEqual([
        `${kind === 'merge' ? 'merge' : 'time'} true`,
      ]);
  });

  it('is unproven where a trait comes while time was due, for time may have been what did it', () => {
    const { state } = member(false);
    const trait: Cause = {
      ...{ kind: 'trait', message_id: 't', event_time_ms: START_MS, historical: false, traits: null },
    };
    expect(marks(decide(state, trait, at(10, true), COMPILED))).toEqual(['time true']);
  });

  it('is as sure as ever where an event explains it, or a merge ends the profile', () => {
    expect(marks(member(true))).toEqual(['event false']);
    const farewell = leaveAll(member(false).state, { message_id: 'm', event_time: START_MS }, at(10, true));
    expect(farewell.map(({ unproven }) => unproven)).toEqual([false]);
  });

  it('is marked then alone', () => {
    expect(marks(decide(member(false).state, { kind: 'time' }, at(10, false), COMPILED))).toEqual(['time false']);
  });
});
