/**
 * A time zone: converts instants (milliseconds since the epoch) to local times and back. A local time is written as the
 * instant at which a clock in UTC would show it.
 * Both directions are monotone, so that a window's edge never moves back: if a local hour occurs twice, it ends with
 * the second pass; a skipped local time is the moment of the skip.
 */
export interface Zone {
  readonly name: string;
  /** Local time shown at an instant; never decreases. */
  localOf(instantMs: number): number;
  /** First instant at which the local time is reached; never decreases. */
  instantOf(localMs: number): number;
}

/** Coordinated universal time: local times are instants. */
export const UTC: Zone = {
  name: 'UTC',
  localOf: (instantMs) => instantMs,
  instantOf: (localMs) => localMs,
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

  const instantOf = (localMs: number): number => {
    const offsetBefore = offsetAt(localMs - DAY_MS);
    const offsetAfter = offsetAt(localMs + DAY_MS);
    const early = localMs - offsetBefore;
    if (offsetBefore === offsetAfter) return early;
    if (offsetAt(early) === offsetBefore) return early;
    const late = localMs - offsetAfter;
    if (offsetAt(late) === offsetAfter) return late;
    return transition(localMs - DAY_MS, localMs + DAY_MS);
  };

  const localOf = (instantMs: number): number => {
    const localMs = instantMs + offsetAt(instantMs);
    const first = instantOf(localMs);
    if (first >= instantMs) return localMs;
    const change = transition(first, instantMs);
    return change + offsetAt(change - 1);
  };

  return { name, localOf, instantOf };
}

/** Reads the zone's offset from UTC at an instant, in milliseconds; caches a bounded number of answers. */
function offsetReader(name: string): (instantMs: number) => number {
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
  return (instantMs) => {
    const slot = Math.floor(instantMs / SLOT_MS);
    const remembered = known.get(slot);
    if (remembered !== undefined) return remembered;
    const startMs = slot * SLOT_MS;
    const part: Record<string, string> = {};
    for (const { type, value } of format.formatToParts(startMs)) part[type] = value;
    const localMs = Date.UTC(
      Number(part['year']),
      Number(part['month']) - 1,
      Number(part['day']),
      Number(part['hour']),
      Number(part['minute']),
      Number(part['second']),
    );
    if (known.size >= MOST_SLOTS) known.clear();
    known.set(slot, localMs - startMs);
    return localMs - startMs;
  };
}
