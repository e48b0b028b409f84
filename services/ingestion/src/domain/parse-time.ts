const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(?:[Zz]|([+-])(\d{2}):?(\d{2})?)?)?$/;

/** Earliest time of an event: what every store behind us can hold. */
export const EARLIEST_MS = Date.UTC(1901, 0, 1);
/** Latest time that ISO 8601 writes with four digits. */
export const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * The moment an ISO 8601 text names, in milliseconds; finer digits are cut, a missing zone is UTC. Null for anything
 * else: other notations, dates that don't exist, times before 1901.
 */
export function parseTime(text: string): number | null {
  const parts = ISO.exec(text);
  if (parts === null) return null;
  const [
    ,
    year,
    month,
    day,
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '',
    sign,
    zone_hour,
    zone_minute = '0',
  ] = parts;
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)];
  // 60 is a leap second; it becomes the second after.
  if (hours > 23 || minutes > 59 || seconds > 60) return null;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(midnight);
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null;
  const zone_minutes = sign === undefined ? 0 : Number(zone_hour) * 60 + Number(zone_minute);
  if (zone_minutes > 24 * 60 || Number(zone_minute) > 59) return null;
  const millisecond = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const local_ms = midnight + ((hours * 60 + minutes) * 60 + seconds) * 1000 + millisecond;
  const time_ms = sign === '-' ? local_ms + zone_minutes * 60_000 : local_ms - zone_minutes * 60_000;
  return isTime(time_ms) ? time_ms : null;
}

/** Whether a number of milliseconds is a time that an event may have. */
export function isTime(time_ms: number): boolean {
  return time_ms >= EARLIEST_MS && time_ms <= LATEST_MS;
}
