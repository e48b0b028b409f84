import type { EventAccepted, EventRejected } from '@hilo/schemas';
import { type BatchLogicOf, type InputOf, type OutputOf, forward } from '@hilo/streaming';
import { type Position, duplicateOf, judgeEvent, keyOf } from '../domain/judge-event.ts';
import { daysToWrite, digestOf } from '../domain/message-window.ts';
import { ORIGINAL_BYTES } from '../domain/original.ts';
import { type Redaction, redactedRejection, redactionOf } from '../domain/redact.ts';
import type { Source } from '../domain/source.ts';
import type { TOPOLOGY } from '../topology.ts';

type Input = InputOf<typeof TOPOLOGY>;
type Output = OutputOf<typeof TOPOLOGY>;

/** What one batch knows and decides. */
export interface AcceptView {
  readonly sources: ReadonlyMap<string, Source>;
  readonly digests: ReadonlyMap<Input, string>;
  /** Digests accepted before, and those accepted in this batch. */
  readonly seen: Set<string>;
  /** Digests to store, and under which days: one, except in the minutes around midnight. */
  readonly accepted: string[];
  days: readonly string[];
  readonly rejected: EventRejected[];
  duplicates: number;
  /** Created when the first event is rejected. */
  redaction: Redaction | null;
}

/** Ends every received event in exactly one of accepted, duplicate, rejected. */
export function acceptEvents(): BatchLogicOf<typeof TOPOLOGY, AcceptView> {
  return { kind: 'batch', apply: (view, input, at) => [decide(view, input, at.nowMs)] };
}

/** Where an event lies in the log. */
export function positionOf({ logPosition, partition, offset, timestamp_ms }: Input): Position {
  return { topic_id: logPosition?.topic_id, partition, offset, brokerMs: timestamp_ms };
}

function decide(view: AcceptView, input: Input, nowMs: number): Output {
  const position = positionOf(input);
  const verdict = judgeEvent(input.value, view.sources.get(input.value.source), position);
  if (verdict.kind === 'rejected') {
    view.rejected.push(verdict.event);
    return rejection(redacted(view, verdict.event));
  }
  const digest = view.digests.get(input) ?? digestOf(verdict.event.source, verdict.event.message_id);
  if (view.seen.has(digest)) {
    view.duplicates += 1;
    return rejection(redacted(view, duplicateOf(verdict.event, position)));
  }
  view.seen.add(digest);
  if (view.accepted.length === 0) view.days = daysToWrite(nowMs);
  view.accepted.push(digest);
  return forward('events.accepted', acceptedKey(verdict.event), verdict.event);
}

/** Everybody can read the topic; the list of recent rejections keeps what came in, for a replay. */
function redacted(view: AcceptView, event: EventRejected): EventRejected {
  view.redaction ??= redactionOf(view.sources);
  return redactedRejection(event, view.redaction, (event.original?.length ?? 0) >= ORIGINAL_BYTES);
}

function acceptedKey(event: EventAccepted): string {
  return keyOf(event) ?? event.message_id;
}

function rejection(event: EventRejected): Output {
  return forward('events.rejected', event.message_id ?? event.rejection_id, event);
}
