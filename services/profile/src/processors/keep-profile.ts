import { ExactNumber, parseJson } from '@hilo/exact-json';
import type { EventIdentified, ProfileChanged, ProfilesMerged } from '@hilo/schemas';
import {
  type Applied,
  type At,
  type InputOf,
  type KeyedInputOf,
  type KeyedLogicOf,
  type Outcome,
  type OutputOf,
  type Published,
  deadLetter,
  forward,
} from '@hilo/streaming';
import { type Reason, describeChange, describeEnd } from '../domain/describe-change.ts';
import { followMembership } from '../domain/follow-membership.ts';
import { linkIdentifiers } from '../domain/link-identifiers.ts';
import { mergeProfiles } from '../domain/merge-profiles.ts';
import { PROFILE_CODEC } from '../domain/profile-codec.ts';
import { type Cause, type ProfileState, newProfile } from '../domain/profile-state.ts';
import { type TraitFault, setTraits } from '../domain/set-traits.ts';
import type { TOPOLOGY } from '../topology.ts';

type Input = KeyedInputOf<typeof TOPOLOGY>;
type Output = OutputOf<typeof TOPOLOGY>;

/** Why part of an event was not kept: label of the metrics, and reason of the dead letter. */
type ProfileFault = TraitFault | 'malformed_traits';

const NOTHING: readonly Outcome<Output>[] = [];

/** Keeps what is known about each profile, and publishes what changed. */
export const KEEP_PROFILE: KeyedLogicOf<typeof TOPOLOGY, ProfileState> = {
  kind: 'keyed',
  codec: PROFILE_CODEC,
  keyOf,
  initial: newProfile,
  apply,
  publish,
  merge: {
    topic: 'profile.handover',
    notice: (input) =>
      input.topic === 'identity.merges' ? { merge_id: input.value.merge_id, survivor: input.value.survivor } : null,
    awaits: (input) =>
      input.topic === 'events.identified' ? input.value.absorbed.map(({ merge_id }) => merge_id) : [],
    combine: mergeProfiles,
    farewell: (key, state, notice, at) =>
      notice.topic === 'identity.merges'
        ? published(key, describeEnd(state, notice.value.survivor, mergeReason(notice.value, at)))
        : NOTHING,
  },
};

function keyOf(input: InputOf<typeof TOPOLOGY>): string {
  return input.topic === 'identity.merges' ? input.value.absorbed : input.value.profile_id;
}

function apply(state: ProfileState, input: Input): Applied<ProfileState> {
  if (input.kind !== 'record') return { state };
  switch (input.topic) {
    case 'events.identified':
      return applyEvent(state, input.value);
    case 'segments.membership':
      return { state: followMembership(state, input.value) };
    case 'identity.merges':
      return { state };
  }
}

function applyEvent(state: ProfileState, event: EventIdentified): Applied<ProfileState> {
  const cause = causeOf(event);
  const linked = event.linked.length === 0 ? state : linkIdentifiers(state, event.linked, cause);
  // Only identify describes the person: the traits of a group call belong to the company.
  if (event.type !== 'identify' || event.traits === null) return { state: linked };
  const values = parseTraits(event.traits);
  if (values === null)
    return { state: linked, outcomes: [refusal('malformed_traits', 'traits must be the JSON text of an object.')] };
  const set = setTraits(linked, values, cause);
  const [reason] = set.refused;
  if (reason === undefined) return set;
  return { state: set.state, outcomes: [refusal(reason, describeRefused(set.refused, values))] };
}

/** Dead-letters the whole event if a part of it was not kept. */
function refusal(reason: ProfileFault, message: string): Outcome {
  return deadLetter(reason, message);
}

function describeRefused(refused: readonly TraitFault[], values: Readonly<Record<string, unknown>>): string {
  return (
    `${refused.length} of ${Object.keys(values).length} traits were not kept: ${[...new Set(refused)].join(', ')}. ` +
    'The limits are in docs/services/profile.md.'
  );
}

function parseTraits(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value = parseJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}

function publish(key: string, state: ProfileState, cause: Input, at: At): Published<ProfileState, Output> {
  if (state.unpublished === null) return { state, outcomes: NOTHING, wakeAtMs: null };
  const described = describeChange(state, reasonOf(cause, at));
  const outcomes = described.record === null ? NOTHING : published(key, described.record);
  return { state: described.state, outcomes, wakeAtMs: null };
}

/**
 * Publishes a change for consumers that read every change, and for those that need the latest state of each profile.
 */
function published(key: string, record: ProfileChanged): readonly Outcome<Output>[] {
  return [forward('profiles.changed', key, record), forward('profiles.current', key, record)];
}

function reasonOf(cause: Input, at: At): Reason {
  if (cause.kind === 'record' && cause.topic === 'events.identified') {
    const { message_id, timestamp, absorbed, historical } = cause.value;
    const reason = absorbed.length === 0 ? 'event' : 'merge';
    return { reason, message_id, event_time: timestamp, decided_at: at.nowMs, historical };
  }
  // Every other input of an unpublished change is a handover.
  return { reason: 'merge', message_id: null, event_time: at.nowMs, decided_at: at.nowMs, historical: false };
}

function mergeReason({ message_id, event_time }: ProfilesMerged, at: At): Reason {
  return { reason: 'merge', message_id, event_time, decided_at: at.nowMs, historical: false };
}

function causeOf({ source, message_id, timestamp, received_at, request_position }: EventIdentified): Cause {
  return { event_time_ms: timestamp, receivedMs: received_at, position: request_position, source, message_id };
}
