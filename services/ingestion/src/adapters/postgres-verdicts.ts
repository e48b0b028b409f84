import type { EventRejected } from '@hilo/schemas';
import { type BatchTablesOf, columnsOf, type InputOf, type Statement } from '@hilo/streaming';
import { messageId } from '../domain/judge-event.ts';
import { digestOf } from '../domain/message-window.ts';
import type { Source } from '../domain/source.ts';
import type { SourceLookup } from '../ports.ts';
import { type AcceptView, positionOf } from '../processors/accept-events.ts';
import type { TOPOLOGY } from '../topology.ts';

type Input = InputOf<typeof TOPOLOGY>;

/** Bytes of an original that the recent rejections store, for a replay; the topic and ClickHouse have all of it. */
const KEPT_BYTES = 65_536;

const LOAD_SEEN = "SELECT replace(digest::text, '-', '') AS digest FROM seen_message WHERE digest = ANY ($1::uuid[])";

const REMEMBER = `
  INSERT INTO seen_message (day, digest)
  SELECT * FROM unnest($2::date[]) AS day, unnest($1::uuid[]) AS digest ORDER BY 1, 2
  ON CONFLICT DO NOTHING RETURNING 1`;

const LIST_REJECTED = `
  INSERT INTO rejection (rejection_id, source, message_id, type, reason, field, message, via, received_at_ms, original,
    original_bytes, request_position, sent_at_ms)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::bigint[], $10::bytea[], $11::integer[], $12::integer[], $13::bigint[])
  ON CONFLICT (rejection_id) DO NOTHING RETURNING 1`;

/**
 * The tables of the stage: ids seen before are looked up in one query and written in the batch's commit; where another
 * instance wrote one of them meanwhile, the commit fails and the batch is done again.
 */
export function verdictTables(sources: SourceLookup): BatchTablesOf<typeof TOPOLOGY, AcceptView> {
  return {
    load: async (inputs, query) => {
      const digests = new Map(
        inputs.map((input) => [input, digestOf(input.value.source, messageId(input.value, positionOf(input)))]),
      );
      const wanted = [...digests.values()].sort();
      const [known, rows] = await Promise.all([
        withMissing(sources, inputs),
        query.rows<{ digest: string }>({
          ...{ name: 'ingestion-load-seen', sql: LOAD_SEEN, values: [wanted], columns: ['digest'] },
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
    writes: (view) => [...remember(view), ...listRejected(view)],
  };
}

async function withMissing(sources: SourceLookup, inputs: readonly Input[]): Promise<ReadonlyMap<string, Source>> {
  const known = sources.known();
  const missing = new Set(inputs.map((input) => input.value.source).filter((key) => !known.has(key)));
  if (missing.size === 0) return known;
  const found = await sources.find([...missing]);
  return new Map([...known, ...found.map((source) => [source.key, source] as const)]);
}

function remember({ accepted, days }: AcceptView): readonly Statement[] {
  if (accepted.length === 0) return [];
  // Sorted; otherwise two instances would wait for each other's rows.
  const digests = accepted.toSorted();
  return [
    {
      ...{ name: 'ingestion-remember-seen', sql: REMEMBER, values: [digests, days], columns: ['digest', 'day'] },
      expectRows: digests.length * days.length,
    },
  ];
}

const REJECTION_COLUMNS = [
  ...(['rejection_id', 'source', 'message_id', 'type', 'reason', 'field', 'message', 'via'] as const),
  ...(['received_at_ms', 'original', 'original_bytes', 'request_position', 'sent_at_ms'] as const),
];

function listRejected({ rejected }: AcceptView): readonly Statement[] {
  if (rejected.length === 0) return [];
  const columns = columnsOf(rejected.map(rejectionRow), REJECTION_COLUMNS);
  return [{ name: 'ingestion-list-rejected', sql: LIST_REJECTED, ...columns }];
}

function rejectionRow({ received_at, sent_at, original, ...event }: EventRejected) {
  return {
    ...event,
    source: storable(event.source),
    message_id: storable(event.message_id),
    type: storable(event.type),
    field: plain(event.field),
    message: plain(event.message),
    received_at_ms: received_at,
    original: original?.subarray(0, KEPT_BYTES) ?? null,
    original_bytes: original?.length ?? null,
    sent_at_ms: sent_at,
  };
}

/** Cuts what only a mistake makes long. */
function storable<T extends string | null>(text: T): T | string {
  return text === null ? text : plain(text.slice(0, 500));
}

/** PostgreSQL's text has no NUL. */
function plain(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
