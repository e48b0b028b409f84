import type { EventAccepted, EventReceived, EventRejected } from '@hilo/schemas';
import { type BatchLogic, type Forward, type RecordInput, type Statement, forward } from '@hilo/streaming';
import { type Position, duplicateOf, judgeEvent, keyOf, messageId } from '../domain/judge-event.ts';
import { daysToWrite, digestOf } from '../domain/message-window.ts';
import { ORIGINAL_BYTES } from '../domain/original.ts';
import { type Redaction, redactedRejection, redactionOf } from '../domain/redact.ts';
import type { Source } from '../domain/source.ts';

/** Topics of the stage, with their records. */
export interface Topics {
  readonly 'events.received': EventReceived;
}

type Received = RecordInput<'events.received', EventReceived>;

/** What one batch knows and decides. */
export interface AcceptView {
  readonly sources: ReadonlyMap<string, Source>;
  readonly digests: ReadonlyMap<Received, string>;
  /** Digests accepted before, and those accepted in this batch. */
  readonly seen: Set<string>;
  /** Digests to remember, and the days under which: one, but for the minutes around midnight. */
  readonly accepted: string[];
  days: readonly string[];
  readonly rejected: EventRejected[];
  duplicates: number;
  /** Made when the first event is rejected. */
  redaction: Redaction | null;
}

/** Where the stage's sources come from: `known` is a copy in memory, `find` asks for keys it lacks. */
export interface SourceLookup {
  known(): ReadonlyMap<string, Source>;
  find(keys: readonly string[]): Promise<readonly Source[]>;
}

/** Told how the events of a batch ended, once that is durable. */
export type CountEnd = (state: 'accepted' | 'duplicate' | 'rejected', reason: string, count: number) => void;

/** Bytes of an original that the recent rejections keep, for a replay; the topic and ClickHouse have all of it. */
const KEPT_BYTES = 65_536;

/**
 * Ends every received event in exactly one of accepted, duplicate, rejected. Ids are looked up in one query and written in
 * the batch's commit; where another instance wrote one of them meanwhile, the commit fails and the batch is done again.
 */
export function acceptEvents(sources: SourceLookup, ended: CountEnd = () => undefined): BatchLogic<AcceptView, Topics> {
  return {
    kind: 'batch',
    async load(inputs, query) {
      const digests = new Map(
        inputs.map((input) => [input, digestOf(input.value.source, messageId(input.value, positionOf(input)))]),
      );
      const [known, rows] = await Promise.all([
        withMissing(sources, inputs),
        query.rows<{ digest: string }>({
          name: 'ingestion-seen',
          sql: "SELECT replace(digest::text, '-', '') AS digest FROM seen_message WHERE digest = ANY ($1::uuid[])",
          values: [[...digests.values()].sort()],
        }),
      ]);
      return {
        sources: known,
        digests,
        seen: new Set(rows.map(({ digest }) => digest)),
        accepted: [],
        days: [],
        rejected: [],
        duplicates: 0,
        redaction: null,
      };
    },
    apply: (view, input, at) => [decide(view, input, at.now_ms)],
    writes: (view) => [...remember(view), ...list(view)],
    committed: (view) => countEnds(view, ended),
  };
}

function countEnds({ accepted, duplicates, rejected }: AcceptView, ended: CountEnd): void {
  if (accepted.length > 0) ended('accepted', 'none', accepted.length);
  if (duplicates > 0) ended('duplicate', 'duplicate', duplicates);
  for (const [reason, events] of Map.groupBy(rejected, (event) => event.reason))
    ended('rejected', reason, events.length);
}

async function withMissing(sources: SourceLookup, inputs: readonly Received[]): Promise<ReadonlyMap<string, Source>> {
  const known = sources.known();
  const missing = new Set(inputs.map((input) => input.value.source).filter((key) => !known.has(key)));
  if (missing.size === 0) return known;
  const found = await sources.find([...missing]);
  return new Map([...known, ...found.map((source) => [source.key, source] as const)]);
}

function decide(view: AcceptView, input: Received, now_ms: number): Forward {
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
  if (view.accepted.length === 0) view.days = daysToWrite(now_ms);
  view.accepted.push(digest);
  return forward('events.accepted', acceptedKey(verdict.event), verdict.event);
}

/** The topic is read by everybody; the list of recent rejections keeps what came in, for a replay. */
function redacted(view: AcceptView, event: EventRejected): EventRejected {
  view.redaction ??= redactionOf(view.sources);
  return redactedRejection(event, view.redaction, (event.original?.length ?? 0) >= ORIGINAL_BYTES);
}

function acceptedKey(event: EventAccepted): string {
  return keyOf(event) ?? event.message_id;
}

function rejection(event: EventRejected): Forward {
  return forward('events.rejected', event.message_id ?? event.rejection_id, event);
}

function positionOf({ log_position, partition, offset, timestamp_ms }: Received): Position {
  return { topic_id: log_position?.topic_id, partition, offset, broker_ms: timestamp_ms };
}

function remember({ accepted, days }: AcceptView): readonly Statement[] {
  if (accepted.length === 0) return [];
  // Sorted, or two instances would wait for each other's rows.
  const digests = accepted.toSorted();
  return [
    {
      name: 'ingestion-remember',
      sql: `INSERT INTO seen_message (day, digest) SELECT * FROM unnest($2::date[]) AS day, unnest($1::uuid[]) AS digest ORDER BY 1, 2
            ON CONFLICT DO NOTHING RETURNING 1`,
      values: [digests, days],
      expect_rows: digests.length * days.length,
    },
  ];
}

function list({ rejected }: AcceptView): readonly Statement[] {
  if (rejected.length === 0) return [];
  const column = <T>(pick: (event: EventRejected) => T): T[] => rejected.map(pick);
  return [
    {
      name: 'ingestion-list-rejected',
      sql: `INSERT INTO rejection (rejection_id, source, message_id, type, reason, field, message, via, received_at_ms, original,
              original_bytes, request_position, sent_at_ms)
            SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::text[], $9::bigint[], $10::bytea[], $11::integer[], $12::integer[], $13::bigint[])
            ON CONFLICT (rejection_id) DO NOTHING RETURNING 1`,
      values: [
        column((event) => event.rejection_id),
        column((event) => storable(event.source)),
        column((event) => storable(event.message_id)),
        column((event) => storable(event.type)),
        column((event) => event.reason),
        column((event) => plain(event.field)),
        column((event) => plain(event.message)),
        column((event) => event.via),
        column((event) => event.received_at),
        column((event) => event.original?.subarray(0, KEPT_BYTES) ?? null),
        column((event) => event.original?.length ?? null),
        column((event) => event.request_position),
        column((event) => event.sent_at),
      ],
    },
  ];
}

/** A column should not hold what only a mistake makes long. */
function storable<T extends string | null>(text: T): T | string {
  return text === null ? text : plain(text.slice(0, 500));
}

/** PostgreSQL's text has no NUL. */
function plain(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
