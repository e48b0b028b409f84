import {
  DEFAULT_RULES,
  type EventAccepted,
  type EventIdentified,
  type IdentityRules,
  MAX_IDENTIFIERS,
  isStorable,
  type Mention,
  type ProfilesMerged,
} from '@hilo/schemas';
import { type BatchLogicOf, type InputOf, type Outcome, type OutputOf, deadLetter, forward } from '@hilo/streaming';
import { deriveId } from '../domain/derive-id.ts';
import type { Evidence, GraphMerge, IdentityGraph, LinkRule } from '../domain/identity-graph.ts';
import { type Resolution, resolve } from '../domain/resolve.ts';
import type { TOPOLOGY } from '../topology.ts';

type Input = InputOf<typeof TOPOLOGY>;
type Output = OutputOf<typeof TOPOLOGY>;

/** Why an event cannot be identified: label of the metrics, and reason of the dead letter. */
export type IdentityFault = 'no_identifier' | 'malformed_text' | 'too_many_identifiers';

/** A batch's view: the graph around its identifiers, and what each event names. */
export interface IdentityView {
  readonly graph: IdentityGraph;
  /** Null for an event that names too many. */
  readonly mentions: ReadonlyMap<Input, readonly Mention[] | null>;
  /** What the batch decides, one entry for each event that gets its profile. */
  readonly decided: Decision[];
}

/** Whose an event is, and whether it created that profile. */
export interface Decision {
  readonly resolution: Resolution;
  readonly created: boolean;
}

/** Assigns events to profiles: creates, extends and merges profiles as their identifiers say. */
export function identify(rules: IdentityRules = DEFAULT_RULES): BatchLogicOf<typeof TOPOLOGY, IdentityView> {
  return {
    kind: 'batch',
    apply: (view, input, { nowMs }) => {
      const event = input.value;
      if (!isStorable(event.source) || !isStorable(event.message_id))
        return fault('malformed_text', 'source and messageId must not hold NUL characters.');
      const mentions = view.mentions.get(input) ?? null;
      if (mentions === null)
        return fault('too_many_identifiers', `mergeProperties must name at most ${MAX_IDENTIFIERS} identifiers.`);
      let created = false;
      const newProfileId = (): string => {
        created = true;
        return newProfileIdOf(input);
      };
      const occasion = { evidence: evidenceOf(event, nowMs), received_at_ms: event.received_at, newProfileId };
      const resolution = resolve(view.graph, mentions, occasion, rules);
      if (resolution === null)
        return fault(
          'no_identifier',
          'The event needs a userId, an anonymousId or an email that is not on the list of blocked values.',
        );
      view.decided.push({ resolution, created });
      return outcomesOf(event, resolution);
    },
  };
}

function fault(reason: IdentityFault, message: string): readonly Outcome<Output>[] {
  return [deadLetter(reason, message)];
}

/** Includes the position: a messageId that comes again after the de-duplication window is another event. */
function newProfileIdOf({ value, partition, offset }: Input): string {
  return deriveId('p_', [value.source, value.message_id, partition, offset, value.received_at]);
}

const RULE_OF_CALL: Readonly<Record<string, LinkRule>> = { alias: 'alias', merge: 'merge_call' };

function evidenceOf(event: EventAccepted, nowMs: number): Evidence {
  return {
    source: event.source,
    message_id: event.message_id,
    rule: RULE_OF_CALL[event.type] ?? 'same_event',
    event_time_ms: event.timestamp,
    decided_at_ms: nowMs,
  };
}

/** Sends merge notices first: the sooner the absorbed profile's state leaves, the less the survivor waits. */
function outcomesOf(event: EventAccepted, resolution: Resolution): readonly Outcome<Output>[] {
  const identified: EventIdentified = {
    ...event,
    profile_id: resolution.profile_id,
    identifiers: resolution.identifiers,
    linked: resolution.linked,
    set_aside: resolution.set_aside,
    absorbed: resolution.merges.map(({ merge_id, absorbed }) => ({ merge_id, profile_id: absorbed })),
  };
  return [
    ...resolution.merges.map((merge) => forward('identity.merges', merge.absorbed, noticeOf(merge))),
    forward('events.identified', resolution.profile_id, identified),
  ];
}

function noticeOf({ evidence, ...merge }: GraphMerge): ProfilesMerged {
  const { event_time_ms: event_time, decided_at_ms: decided_at, ...cause } = evidence;
  return { ...merge, ...cause, event_time, decided_at };
}
