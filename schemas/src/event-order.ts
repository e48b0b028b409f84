/** What decides which of two events is later. */
export interface EventOrder {
  /** When it happened, ms. */
  readonly event_time_ms: number;
  /** When it was received, ms. */
  readonly receivedMs: number;
  /** Its place among events received at the same time: `request_position` of its record. */
  readonly position: number;
  readonly source: string;
  readonly message_id: string;
}

/**
 * The one total order of events (ADR 26): by time, receipt, position, source and message id. Negative if `a` is
 * earlier. Zero only for the same event.
 */
export function compareEvents(a: EventOrder, b: EventOrder): number {
  return (
    a.event_time_ms - b.event_time_ms ||
    a.receivedMs - b.receivedMs ||
    a.position - b.position ||
    compareBytes(a.source, b.source) ||
    compareBytes(a.message_id, b.message_id)
  );
}

const FIRST_SURROGATE = 0xd800;

/**
 * The order of the texts' UTF-8 bytes, as databases use it: comparing code units would put U+FFFF after characters
 * beyond it.
 */
function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return weight(left) - weight(right);
  }
  return a.length - b.length;
}

/** Surrogates encode characters beyond all others. */
function weight(unit: number): number {
  return unit >= FIRST_SURROGATE && unit < 0xe000 ? unit + 0x1_0000 : unit;
}
