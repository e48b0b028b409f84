import type { EventSelector } from '../condition.ts';
import { Parameters, type ParameterValue } from './parameters.ts';
import { isMeant } from './selectors.ts';

/** Which rows of the past, and from where on. */
export interface PastEventsQuestion {
  /** Selectors, one of which must mean the event. */
  readonly selectors: readonly EventSelector[];
  /** The recorded profile after which to begin; empty: with the first one. */
  readonly after: string;
  /** So many rows, and the rest of the last profile's. */
  readonly rows: number;
}

/** A statement and the values of its parameters. */
export interface Statement {
  readonly sql: string;
  readonly params: Readonly<Record<string, ParameterValue>>;
}

/** A row of `pastEventsSql`. Times are milliseconds; `content`: properties, or the traits of a call that sets traits; empty: none. */
export interface PastEventRow {
  readonly profile_id: string;
  readonly type: string;
  readonly event: string | null;
  readonly name: string | null;
  readonly group_id: string | null;
  readonly content: string;
  readonly timestamp: number | string;
  readonly received_at: number | string;
  readonly request_position: number;
  readonly source: string;
  readonly message_id: string;
  readonly topic_id: string;
  readonly topic_partition: number;
  readonly topic_offset: number | string;
}

/**
 * The events of recorded profiles, one profile after the other in the order of the table: it reads no more than it returns, and
 * needs little memory however many rows there are.
 */
export function pastEventsSql({ selectors, after, rows }: PastEventsQuestion): Statement {
  const parameters = new Parameters();
  const meant = meantBy(selectors, parameters);
  const sql = `SELECT profile_id, toString(type) AS type, toString(event) AS event, name, group_id,
      if(type IN ('identify', 'group'), traits, properties) AS content,
      toUnixTimestamp64Milli(timestamp) AS timestamp, toUnixTimestamp64Milli(received_at) AS received_at,
      request_position, toString(source) AS source, message_id, toString(topic_id) AS topic_id, topic_partition, topic_offset
    FROM hilo.event_rows PREWHERE workspace = 'default' AND profile_id > ${parameters.text(after)} AND (${meant})
    ORDER BY workspace, profile_id LIMIT ${parameters.count(rows)} WITH TIES`;
  return { sql, params: parameters.values };
}

/** How many such events there are, as `events`. */
export function countPastEventsSql({ selectors }: Pick<PastEventsQuestion, 'selectors'>): Statement {
  const parameters = new Parameters();
  const meant = meantBy(selectors, parameters);
  const sql = `SELECT count() AS events FROM hilo.event_rows PREWHERE workspace = 'default' AND (${meant})`;
  return { sql, params: parameters.values };
}

function meantBy(selectors: readonly EventSelector[], parameters: Parameters): string {
  return [...new Set(selectors.map((selector) => isMeant(selector, parameters)))].join(' OR ');
}
