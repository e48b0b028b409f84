import type { Values } from './values.ts';

/**
 * Rows as the tables of infra/clickhouse accept them: named tuples are lists, and maps are lists of pairs. Times are
 * milliseconds since the epoch; an omitted field takes the column's default (null, or the empty text).
 */
export interface TableRows {
  readonly event_rows: EventRow;
  readonly redirect_rows: RedirectRow;
  readonly merge_rows: MergeRow;
  readonly profile_rows: ProfileRow;
  readonly profile_change_rows: ProfileChangeRow;
  readonly membership_rows: MembershipRow;
  readonly delivery_rows: DeliveryRow;
  readonly rejected_rows: RejectedRow;
}

/** Columns that every row has in addition: the Kafka record it was made from. Omitted if unknown. */
export interface PositionColumns {
  topic_id?: string;
  topic_partition?: number;
  topic_offset?: number;
}

/** Name of a table that the loader writes. */
export type TableName = keyof TableRows;

/** An identifier as a column takes it: type and value. */
export type IdentifierColumn = readonly [type: string, value: string];

/** Columns of an event's row derived from its JSON texts. */
export interface ValueColumns {
  readonly property_values?: Values['values'];
  readonly property_items?: Values['items'];
  readonly trait_values?: Values['values'];
  readonly trait_items?: Values['items'];
  /** What ClickHouse's JSON type shows instead of the text, if it cannot hold the text itself. */
  readonly properties_shown?: string;
  readonly traits_shown?: string;
  readonly context_shown?: string;
  readonly values_left_out?: number;
  readonly values_version: number;
}

/** An identified event. JSON texts as they came. */
export interface EventRow extends ValueColumns {
  readonly profile_id: string;
  readonly timestamp: number;
  readonly received_at: number;
  readonly message_id: string;
  readonly source: string;
  readonly type: string;
  readonly event?: string;
  readonly name?: string;
  readonly category?: string;
  readonly user_id?: string;
  readonly anonymous_id?: string;
  readonly group_id?: string;
  readonly previous_id?: string;
  readonly properties?: string;
  readonly traits?: string;
  readonly context?: string;
  readonly integrations?: string;
  readonly extra?: string;
  readonly original_timestamp?: number;
  readonly sent_at?: number;
  readonly timestamp_clamped: boolean;
  readonly timestamp_unreadable?: boolean;
  readonly via: string;
  readonly request_position?: number;
  readonly historical?: boolean;
  readonly identifiers?: readonly IdentifierColumn[];
  readonly linked?: readonly IdentifierColumn[];
  readonly set_aside?: readonly IdentifierColumn[];
}

/** Where the id of an absorbed profile leads; the highest version is right. */
export interface RedirectRow {
  readonly profile_id: string;
  readonly survivor: string;
  readonly version: number;
}

/** A merge as it was decided. */
export interface MergeRow {
  readonly merge_id: string;
  readonly absorbed: string;
  readonly survivor: string;
  readonly also_absorbed: readonly string[];
  readonly version: number;
  readonly identifiers: readonly IdentifierColumn[];
  readonly source: string;
  readonly message_id: string;
  readonly rule: string;
  readonly event_time: number;
  readonly decided_at: number;
}

/** The traits of a profile as of one version. */
export interface ProfileRow {
  readonly profile_id: string;
  readonly version: number;
  readonly status: string;
  readonly survivor: string | null;
  readonly traits: string;
  readonly event_time: number;
  readonly decided_at: number;
  /** Since when each trait has had its value. */
  readonly trait_since: readonly (readonly [trait: string, ms: number])[];
  readonly trait_values?: Values['values'];
  readonly trait_items?: Values['items'];
  readonly traits_shown?: string;
  readonly values_left_out?: number;
  readonly values_version: number;
}

/** One change of one trait. */
export interface ProfileChangeRow {
  readonly profile_id: string;
  readonly version: number;
  readonly trait: string;
  readonly value: string | null;
  readonly previous: string | null;
  readonly reason: string;
  readonly source: string;
  readonly message_id: string;
  readonly event_time: number;
  readonly decided_at: number;
}

/** A profile entered or left a segment. */
export interface MembershipRow {
  readonly segment: string;
  readonly segment_version: number;
  readonly profile_id: string;
  readonly version: number;
  readonly status: string;
  readonly reason: string;
  readonly message_id: string | null;
  readonly event_time: number | null;
  readonly decided_at: number;
  readonly unproven: boolean;
  readonly backfilled: boolean;
  readonly historical: boolean;
}

/** The end of a delivery. */
export interface DeliveryRow {
  readonly delivery_id: string;
  readonly destination: string;
  readonly profile_id: string;
  readonly segment: string;
  readonly membership_version: number;
  readonly membership_status: string;
  readonly status: string;
  readonly reason: string;
  readonly attempts: number;
  readonly response_status: number | null;
  readonly response_body: string | null;
  readonly message_id: string | null;
  readonly created_at: number;
  readonly ended_at: number;
  readonly retry_of: string | null;
  readonly idempotency_key: string | null;
}

/** A rejected event or a duplicate. */
export interface RejectedRow {
  readonly rejection_id: string;
  readonly state: string;
  readonly source: string;
  readonly message_id: string | null;
  readonly reason: string;
  readonly field: string;
  readonly message: string;
  readonly type: string | null;
  readonly original: string | null;
  /** utf8, or base64 for bytes that are not text; empty if there are none. */
  readonly original_encoding: 'utf8' | 'base64' | '';
  readonly received_at: number;
  readonly via: string;
}
