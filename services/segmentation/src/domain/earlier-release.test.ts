import { UTC } from '@hilo/behaviour';
import type { Condition, DidCondition } from '@hilo/behaviour/version-2';
import { describe, expect, it } from 'vitest';
import { A_DEFINITION, AN_EVENT } from '../testing/records.ts';
import { compiledOf } from './compile.ts';
import { counterIdOf } from './counter-id.ts';
import { decide } from './decide.ts';
import { decodeDefinitions, encodeDefinitions, withDefinition } from './definitions.ts';
import { foldEvent, type TakenEvent, takenOf, withoutForgotten } from './fold.ts';
import { combine, newProfile, type ProfileState } from './profile-state.ts';
import { decodeProfile, encodeProfile } from './profile-state-codec.ts';

const START_MS = Date.UTC(2026, 5, 1);
const MINUTE_MS = 60_000;
const TWICE = { did: 'Bought', count: { gte: 2 }, within: '10m' } as const;
const LATELY = { did: 'Bought', within: '1h' } as const;
const THRICE = { did: 'Bought', count: { gte: 3 } } as const;
const SEGMENTS: Readonly<Record<string, Condition>> = { twice: TWICE, lately: { not: LATELY }, thrice: THRICE };
const at = (minutes: number) => ({ momentMs: START_MS + minutes * MINUTE_MS, nowMs: START_MS + minutes * MINUTE_MS });

const nameOf = (condition: DidCondition): string => counterIdOf(condition) ?? '';

/** Definitions as the earlier release wrote them: each counter began at another time. */
const definitions = decodeDefinitions(
  Buffer.from(
    JSON.stringify({
      format: 1,
      segments: Object.entries(SEGMENTS).map(([key, condition]) => [key, { version: 1, condition }]),
      counting_since_ms: [TWICE, LATELY, THRICE].map((one, index) => [nameOf(one), index + 1]),
      as_of_ms: 3,
    }),
  ),
);

/** A state as the earlier release wrote it. */
function written(counters: readonly (readonly [DidCondition, ...number[]])[], memberships: readonly string[]): Buffer {
  const rest = {
    ...{ p: 'p', pv: 0, i: [], l: [], v: 1, d: START_MS + 9 * MINUTE_MS, e: 1, t: START_MS },
    c: Object.fromEntries(counters.map(([one, ...numbers]) => [nameOf(one), numbers])),
    m: Object.fromEntries(memberships.map((key) => [key, [1, START_MS]])),
  };
  return Buffer.concat([Buffer.from([1, 0, 0, 0, 2]), Buffer.from('{}'), Buffer.from(JSON.stringify(rest))]);
}

function bought(state: ProfileState, minutes: number, after = definitions): ProfileState {
  const compiled = compiledOf(after, UTC);
  const { momentMs } = at(minutes);
  const record = { ...AN_EVENT, profile_id: 'p', event: 'Bought', timestamp: momentMs, received_at: momentMs };
  const folded = foldEvent(state, record, momentMs, compiled);
  if (folded.kind === 'fault') throw new Error(folded.message);
  const cause = {
    kind: 'event',
    message_id: 'm',
    event_time_ms: momentMs,
    historical: false,
    fed: takenOf(record, compiled) as TakenEvent,
    list: null,
  } as const;
  return decide(folded.state, cause, at(minutes), compiled).state;
}

const members = (state: ProfileState) => [...state.memberships.keys()].sort();

describe('what an earlier release counted', () => {
  const bytes = written(
    [
      [TWICE, 1, START_MS - MINUTE_MS],
      [LATELY, 2],
      [THRICE, 3, START_MS - 2 * MINUTE_MS, MINUTE_MS],
    ],
    ['lately'],
  );
  const state = decodeProfile(bytes);

  it('changes no answer when this release reads it', () => {
    const compiled = compiledOf(definitions, UTC);
    const { changes, state: after } = decide(
      withoutForgotten(state, START_MS, compiled),
      { kind: 'time' },
      at(0),
      compiled,
    );
    expect(changes).toEqual([]);
    expect(members(after)).toEqual(['lately']);
    // The counter of "lately" had begun later and counted nothing: the newer time is not counted for it.
    expect(after.due_ms).toBeNull();
  });

  it('goes on, each condition for itself, and only as long as it is asked for', () => {
    expect(members(bought(state, 1))).toEqual(['thrice', 'twice']);
    expect(members(bought(bought(state, 20), 21))).toEqual(['thrice', 'twice']);
    const deleted = {
      ...A_DEFINITION,
      segment: 'twice',
      version: 2,
      name: '',
      definition: null,
      decided_at: 10,
      number: 4,
    };
    const again = { ...deleted, version: 3, definition: JSON.stringify(TWICE), decided_at: 11, number: 5 };
    const renewed = withDefinition(withDefinition(definitions, deleted), again);
    expect(members(bought(state, 1, renewed))).toEqual(['thrice']);
  });

  it('adds up with another profile’s', () => {
    const both = combine(state, decodeProfile(written([[THRICE, 3, START_MS]], [])));
    expect(members(decide(both, { kind: 'merge' }, at(0), compiledOf(definitions, UTC)).state)).toEqual([
      'lately',
      'thrice',
    ]);
  });

  it('is written so that the earlier release still reads it', () => {
    const encoded = encodeProfile(bought(state, 1));
    const { c } = JSON.parse(encoded.toString('utf8', 5 + encoded.readUInt32BE(1))) as { c: object };
    expect(Object.keys(c).sort()).toEqual([TWICE, LATELY, THRICE].map(nameOf).sort());
    const sum = { ...A_DEFINITION, segment: 'sum', name: '', decided_at: 20, number: 4, version: 1 };
    const definition = JSON.stringify({ sum: 'x', of: 'A', is: { gt: 1 } });
    const after = withDefinition(definitions, { ...sum, definition });
    const { segments, further } = JSON.parse(encodeDefinitions(after).toString()) as Record<string, [string][]>;
    expect(segments?.map(([key]) => key)).toEqual(Object.keys(SEGMENTS));
    expect(further?.map(([key]) => key)).toEqual(['sum']);
    expect(decodeDefinitions(encodeDefinitions(after))).toEqual(after);
  });

  it('is joined by no condition of the new forms', () => {
    expect(counterIdOf({ did: 'Bought', within: 'this month' })).toBeNull();
    expect(counterIdOf({ did: { type: 'page' } })).toBeNull();
    expect(newProfile('p').series.size).toBe(0);
  });
});
