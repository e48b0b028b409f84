import type { JsonText } from '../document/json-text.ts';

/** What decides which of two events is later. */
export interface EventOrderKey {
  /** Event time in milliseconds since the epoch, as is `receivedAtMs`. */
  readonly timestampMs: number;
  readonly receivedAtMs: number;
  /** Place in its request. */
  readonly position: number;
  readonly source: string;
  readonly messageId: string;
}

/** An event of a profile, as every evaluator sees it. */
export interface ProfileEvent extends EventOrderKey {
  readonly type: 'track' | 'page' | 'screen' | 'identify' | 'group' | 'alias';
  /** The name of a track call; null for other calls. */
  readonly event: string | null;
  /** The name of a page or screen, or the group id of a group call; null where there is none. */
  readonly name: string | null;
  /** Properties of a track, page or screen call; traits of an identify or group call. */
  readonly properties: JsonText;
}

/** Compares two events by the order of events: timestamp, receivedAt, position, source, message id. */
export function compareEvents(a: EventOrderKey, b: EventOrderKey): number {
  return (
    a.timestampMs - b.timestampMs ||
    a.receivedAtMs - b.receivedAtMs ||
    a.position - b.position ||
    compareTexts(a.source, b.source) ||
    compareTexts(a.messageId, b.messageId)
  );
}

/** By UTF-8 bytes, as ClickHouse compares texts. */
function compareTexts(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Everything about a profile, apart from its events, that a condition can ask for. */
export interface ProfileFacts {
  /** The id of the first-created profile among those that were merged into this one. */
  readonly birthId: string;
  readonly traits: JsonText;
  /** From when on each top-level trait has had its value: the event time of that write. */
  readonly sinceMs: ReadonlyMap<string, number>;
  /** Static lists that the profile is on: when its entry ends, or null. */
  readonly lists: ReadonlyMap<string, number | null>;
}
