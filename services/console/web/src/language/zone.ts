/**
 * A time zone: instants to local times and back, in seconds. A local time is written as the instant at which a clock in UTC
 * shows the same digits.
 */
export interface Zone {
  /** IANA name. */
  readonly name: string;
  localOf(instant_s: number): number;
  /** The first instant with that local time; for a time that clocks skip, the instant as if they had not been changed. */
  instantOf(local_s: number): number;
}

const DAY_S = 86_400;

const zones = new Map<string, Zone>();

/** The zone of an IANA name; UTC where there is none of that name. */
export function zoneNamed(name: string): Zone {
  const known = zones.get(name) ?? makeZone(name);
  zones.set(name, known);
  return known;
}

function makeZone(name: string): Zone {
  const format = formatOf(name);
  const localOf = (instant_s: number): number => {
    const whole_s = Math.floor(instant_s);
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of format.formatToParts(whole_s * 1000)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 + (instant_s - whole_s);
  };
  const instantOf = (local_s: number): number => {
    // Of the offsets around, the one before a change first: it makes the first of two instants, and passes over a gap.
    const before = local_s - offsetAt(local_s - DAY_S);
    const after = local_s - offsetAt(local_s + DAY_S);
    return localOf(before) === local_s || localOf(after) !== local_s ? before : after;
  };
  const offsetAt = (instant_s: number): number => localOf(instant_s) - instant_s;
  return { name: format.resolvedOptions().timeZone === 'UTC' ? 'UTC' : name, localOf, instantOf };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const options: Intl.DateTimeFormatOptions = {
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  };
  try {
    return new Intl.DateTimeFormat('en', { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' });
  }
}
