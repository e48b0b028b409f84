/**
 * A time zone: converts instants (milliseconds since the epoch) to local times and back. A local time is written as the
 * instant at which a clock in UTC would show it.
 * Both directions are monotone, so that a window's edge never moves back: if a local hour occurs twice, it ends with
 * the second pass; a skipped local time is the moment of the skip.
 */
export interface Zone {
  readonly name: string;
  /** Local time shown at an instant; never decreases. */
  localOf(instant_ms: number): number;
  /** First instant at which the local time is reached; never decreases. */
  instantOf(local_ms: number): number;
}

/** Coordinated universal time: local times are instants. */
export const UTC: Zone = {
  name: 'UTC',
  localOf: (instant_ms) => instant_ms,
  instantOf: (local_ms) => local_ms,
};

const DAY_MS = 86_400_000;
/** Offsets change at multiples of this only (for all dates after 1972). */
const SLOT_MS = 900_000;
const MOST_SLOTS = 20_000;

/** The zone of an IANA name such as `Europe/Berlin`. Throws `RangeError` for an unknown name. */
export function zoneNamed(name: string): Zone {
  const offsetAt = offsetReader(name);
  if (name === 'UTC' || name === 'Etc/UTC') return UTC;

  /** The instant in (`from_ms`, `to_ms`] from which the offset differs from that of `from_ms`. */
  const transition = (from_ms: number, to_ms: number): number => {
    const before = offsetAt(from_ms);
    let low = from_ms;
    let high = to_ms;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  };

  const instantOf = (local_ms: number): number => {
    const offset_before = offsetAt(local_ms - DAY_MS);
    const offset_after = offsetAt(local_ms + DAY_MS);
    const early = local_ms - offset_before;
    if (offset_before === offset_after) return early;
    if (offsetAt(early) === offset_before) return early;
    const late = local_ms - offset_after;
    if (offsetAt(late) === offset_after) return late;
    return transition(local_ms - DAY_MS, local_ms + DAY_MS);
  };

  const localOf = (instant_ms: number): number => {
    const local_ms = instant_ms + offsetAt(instant_ms);
    const first = instantOf(local_ms);
    if (first >= instant_ms) return local_ms;
    const change = transition(first, instant_ms);
    return change + offsetAt(change - 1);
  };

  return { name, localOf, instantOf };
}

/** Reads the zone's offset from UTC at an instant, in milliseconds; caches a bounded number of answers. */
function offsetReader(name: string): (instant_ms: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const known = new Map<number, number>();
  return (instant_ms) => {
    const slot = Math.floor(instant_ms / SLOT_MS);
    const remembered = known.get(slot);
    if (remembered !== undefined) return remembered;
    const start_ms = slot * SLOT_MS;
    const part: Record<string, string> = {};
    for (const { type, value } of format.formatToParts(start_ms)) part[type] = value;
    const local_ms = Date.UTC(
      Number(part['year']),
      Number(part['month']) - 1,
      Number(part['day']),
      Number(part['hour']),
      Number(part['minute']),
      Number(part['second']),
    );
    if (known.size >= MOST_SLOTS) known.clear();
    known.set(slot, local_ms - start_ms);
    return local_ms - start_ms;
  };
}
