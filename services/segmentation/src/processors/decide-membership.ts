import type { Zone } from '@hilo/behaviour';
import type { MembershipChanged } from '@hilo/schemas';
import {
  deadLetter,
  drop,
  forward,
  type InputOf,
  type KeyedAt,
  type KeyedInputOf,
  type KeyedLogicOf,
} from '@hilo/streaming';
import { compiledOf } from '../domain/compile.ts';
import { decide, leaveAll } from '../domain/decide.ts';
import {
  decodeDefinitions,
  type Definitions,
  encodeDefinitions,
  newestGeneration,
  NO_DEFINITIONS,
  withDefinition,
} from '../domain/definitions.ts';
import { keyOfMember, membersOfEarlierRelease } from '../domain/current-members.ts';
import type { Cause } from '../domain/explain.ts';
import { type Folded, foldEvent, foldProfile, takenOf, traitsChangedBy, withoutForgotten } from '../domain/fold.ts';
import { foldPast } from '../domain/past.ts';
import { combine, momentOf, newProfile, type ProfileState, wakeAtMs } from '../domain/profile-state.ts';
import { decodeProfile, encodeProfile } from '../domain/profile-state-codec.ts';
import type { TOPOLOGY } from '../topology.ts';

type Input = KeyedInputOf<typeof TOPOLOGY>;

/** The logic of the stage. */
export type MembershipLogic = KeyedLogicOf<typeof TOPOLOGY, ProfileState, Definitions>;

/** Profiles enter and leave segments; days and longer in definitions are those of the zone. */
export function decideMembership(zone: Zone): MembershipLogic {
  return {
    kind: 'keyed',
    codec: { encode: encodeProfile, decode: decodeProfile },
    keyOf,
    initial: newProfile,

    apply(state, input, at, shared) {
      if (input.kind === 'handover')
        return { state: withoutForgotten(state, momentOf(state, at), compiledOf(shared, zone)) };
      if (input.kind !== 'record') return { state };
      switch (input.topic) {
        case 'events.identified':
          return applied(
            state,
            foldEvent(state, input.value, at.momentMs, compiledOf(shared, zone), newestFor(input, shared)),
          );
        case 'segmentation.backfill': {
          const after = foldPast(state, input.value, momentOf(state, at), compiledOf(shared, zone));
          return applied(state, { kind: 'folded', state: after });
        }
        case 'profiles.changed':
          return applied(state, foldProfile(state, input.value, compiledOf(shared, zone)));
        case 'identity.merges':
        case 'segments.definitions':
          return { state };
      }
    },

    publish(_key, state, input, at, shared) {
      const compiled = compiledOf(shared, zone);
      const cause = causeOf(input, state, at, shared, zone);
      if (cause === null) return { state, outcomes: [], wakeAtMs: wakeAtMs(state) };
      const decision = decide(state, cause, at, compiled);
      const housekeeping = input.kind === 'wake' || input.kind === 'sweep';
      return {
        state: housekeeping ? withoutForgotten(decision.state, momentOf(state, at), compiled) : decision.state,
        outcomes: [
          ...decision.changes.flatMap(published),
          ...membersOfEarlierRelease(state, decision.state).map((member) =>
            forward('segments.members', keyOfMember(member), member),
          ),
        ],
        wakeAtMs: wakeAtMs(decision.state),
      };
    },

    shared: {
      codec: { encode: encodeDefinitions, decode: decodeDefinitions },
      initial: () => NO_DEFINITIONS,
      apply(definitions, input, positions) {
        if (input.topic !== 'segments.definitions') return definitions;
        return withDefinition(definitions, input.value, () => positions()['events.identified'] ?? 0);
      },
      concernsKeys: (before, after) => before.revision !== after.revision,
    },

    merge: {
      topic: 'segmentation.handover',
      notice(input) {
        if (input.topic !== 'identity.merges') return null;
        return { merge_id: input.value.merge_id, survivor: input.value.survivor };
      },
      awaits(input) {
        return input.topic === 'events.identified' ? input.value.absorbed.map(({ merge_id }) => merge_id) : [];
      },
      combine,
      mark(input, shared) {
        return input.topic === 'events.identified' && input.isReplay === true
          ? newestGeneration(shared, input.offset)
          : newestGeneration(shared);
      },
      farewell(_key, state, notice, at) {
        if (notice.topic !== 'identity.merges') return [];
        const changes = leaveAll(state, notice.value, at);
        return changes.flatMap(published);
      },
    },
  };
}

/** The change, and who is in the segment after it. */
function published(change: MembershipChanged) {
  return [
    forward('segments.membership', change.profile_id, change),
    forward('segments.members', keyOfMember(change), change.status === 'entered' ? change : null),
  ];
}

function keyOf(input: InputOf<typeof TOPOLOGY>): string | null {
  switch (input.topic) {
    case 'events.identified':
    case 'profiles.changed':
      return input.value.profile_id;
    case 'identity.merges':
      return input.value.absorbed;
    case 'segmentation.backfill':
      return input.value.profile_id === '' ? null : input.value.profile_id;
    case 'segments.definitions':
      return null;
  }
}

/** The newest generation that counts an event; infinity if all do. */
function newestFor(input: Extract<Input, { readonly topic: 'events.identified' }>, shared: Definitions): number {
  if (input.mark !== undefined) return input.mark;
  if (input.isReplay === true) return newestGeneration(shared, input.offset);
  return shared.pending.size === 0 ? Infinity : newestGeneration(shared);
}

const NOTHING_ASKED = [drop('nothing_asked')];

function applied(before: ProfileState, folded: Folded): ReturnType<MembershipLogic['apply']> {
  if (folded.kind === 'fault') return { state: before, outcomes: [deadLetter(folded.reason, folded.message)] };
  return folded.state === before ? { state: before, outcomes: NOTHING_ASKED } : { state: folded.state };
}

/** What the input means to the segments; null if it cannot change any answer, so that no evaluation is needed. */
function causeOf(input: Input, state: ProfileState, at: KeyedAt, shared: Definitions, zone: Zone): Cause | null {
  const pending = !state.evaluated || (state.due_ms !== null && state.due_ms <= at.momentMs);
  // A key may wake up before it is due: nothing can have changed then.
  if (input.kind === 'wake') return pending ? { kind: 'time' } : null;
  if (input.kind === 'sweep') return { kind: 'definition' };
  if (input.kind === 'handover') return { kind: 'merge' };
  if (input.kind !== 'record') return null;
  const compiled = compiledOf(shared, zone);
  if (input.topic === 'events.identified') {
    const { message_id, timestamp, historical, type, name } = input.value;
    const found = takenOf(input.value, compiled, newestFor(input, shared));
    const fed = typeof found === 'string' ? null : found;
    const list = type === 'list' ? name : null;
    const isAsked = fed !== null || (list !== null && compiled.byList.has(list));
    if (!isAsked && !pending) return null;
    return { kind: 'event', message_id, event_time_ms: timestamp, historical, fed, list };
  }
  if (input.topic === 'segmentation.backfill') {
    const series = input.value.series.map(({ id }) => id).filter((id) => compiled.bySeries.has(id));
    return series.length === 0 ? null : { kind: 'past', series };
  }
  if (input.topic !== 'profiles.changed') return null;
  const traits = traitsChangedBy(input.value);
  if (!pending && traits !== null && traits.size === 0) return null;
  const { message_id, event_time, historical } = input.value;
  return { kind: 'trait', message_id, event_time_ms: event_time, historical, traits };
}
