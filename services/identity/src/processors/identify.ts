import {
  DEFAULT_RULES,
  type EventAccepted,
  type EventIdentified,
  type IdentityRules,
  MAX_IDENTIFIERS,
  isStorable,
  type Mention,
  type ProfilesMerged,
  readIdentifiers,
} from '@hilo/schemas';
import { type BatchLogic, type Outcome, type RecordInput, deadLetter, forward } from '@hilo/streaming';
import { graphWrites, loadGraph } from '../adapters/postgres-identity-graph.ts';
import { deriveId } from '../domain/derive-id.ts';
import type { Evidence, GraphMerge, IdentityGraph, LinkRule } from '../domain/identity-graph.ts';
import { type Resolution, resolve } from '../domain/resolve.ts';

/** Records that the stage reads, by topic. */
export type IdentitySources = { 'events.accepted': EventAccepted };

type Input = RecordInput<'events.accepted', EventAccepted>;

/** Why an event can't be identified: label of the metrics, and reason of the dead letter. */
export type IdentityFault = 'no_identifier' | 'malformed_text' | 'too_many_identifiers';

/** A batch's view: the graph around its identifiers, and what each event names. */
export interface IdentityView {
  readonly graph: IdentityGraph;
  /** Null for an event that names too many. */
  readonly mentions: ReadonlyMap<Input, readonly Mention[] | null>;
}

/** What happened, for metrics; called while folding, so a batch that is folded again counts again. */
export interface IdentityWatch {
  resolved(resolution: Resolution, created: boolean): void;
}

/** Gives events their profile: creates, extends and merges profiles as their identifiers say. */
export function identify(
  watch: IdentityWatch,
  rules: IdentityRules = DEFAULT_RULES,
): BatchLogic<IdentityView, IdentitySources> {
  return {
    kind: 'batch',
    load: async (inputs, query) => {
      const mentions = new Map(inputs.map((input) => [input, readIdentifiers(input.value, rules)]));
      return {
        graph: await loadGraph(
          query,
          [...mentions.values()].flatMap((named) => named ?? []),
        ),
        mentions,
      };
    },
    apply: (view, input, { now_ms }) => {
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
      const occasion = { evidence: evidenceOf(event, now_ms), received_at_ms: event.received_at, newProfileId };
      const resolution = resolve(view.graph, mentions, occasion, rules);
      if (resolution === null)
        return fault(
          'no_identifier',
          'The event needs a userId, an anonymousId or an email that is not on the list of blocked values.',
        );
      watch.resolved(resolution, created);
      return outcomesOf(event, resolution);
    },
    writes: ({ graph }) => graphWrites(graph.changes()),
  };
}

function fault(reason: IdentityFault, message: string): readonly Outcome[] {
  return [deadLetter(reason, message)];
}

/** The position is part of it: a messageId that comes again after the de-duplication window is another event. */
function newProfileIdOf({ value, partition, offset }: Input): string {
  return deriveId('p_', [value.source, value.message_id, partition, offset, value.received_at]);
}

const RULE_OF_CALL: Readonly<Record<string, LinkRule>> = { alias: 'alias', merge: 'merge_call' };

function evidenceOf(event: EventAccepted, now_ms: number): Evidence {
  return {
    source: event.source,
    message_id: event.message_id,
    rule: RULE_OF_CALL[event.type] ?? 'same_event',
    event_time_ms: event.timestamp,
    decided_at_ms: now_ms,
  };
}

/** Notices of merges first: the sooner the absorbed profile's state is on its way, the less the survivor waits. */
function outcomesOf(event: EventAccepted, resolution: Resolution): readonly Outcome[] {
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
