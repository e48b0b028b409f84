/**
 * A time zone: instants to local times and back, in seconds. A local time is written as the instant at which a clock in UTC
 * shows the same digits.
 */
export interface Zone {
  /** IANA name. */
  readonly name: string;
  localOf(instantS: number): number;
  /** The first instant with that local time; for a time that clocks skip, the instant as if they had not been changed. */
  instantOf(localS: number): number;
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
  const localOf = (instantS: number): number => {
    const wholeS = Math.floor(instantS);
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of format.formatToParts(wholeS * 1000)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 + (instantS - wholeS);
  };
  const instantOf = (localS: number): number => {
    // Of the offsets around, the one before a change first: it makes the first of two instants, and passes over a gap.
    const before = localS - offsetAt(localS - DAY_S);
    const after = localS - offsetAt(localS + DAY_S);
    return localOf(before) === localS || localOf(after) !== localS ? before : after;
  };
  const offsetAt = (instantS: number): number => localOf(instantS) - instantS;
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
