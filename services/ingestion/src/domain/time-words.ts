const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** Names of zones with one meaning: those of RFC 2822, in minutes east of Greenwich. A missing zone means UTC. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ...['', 'Z', 'UT', 'UTC', 'GMT', 'Etc/UTC', '[UTC]'].map((name) => [name, 0] as const),
  ...Object.entries({ EST: -5, EDT: -4, CST: -6, CDT: -5, MST: -7, MDT: -6, PST: -8, PDT: -7 }).map(
    ([name, hours]) => [name, hours * 60] as const,
  ),
]);

/** Number of a month by its English name of three letters or digits, from 1; null for another word. */
export function monthNamed(name: string): number | null {
  const index = MONTHS.indexOf(name.toLowerCase());
  return index === -1 ? null : index + 1;
}

/**
 * Number of a weekday by its English name, whole or its first three characters, from 0 for Sunday; null for another
 * word.
 */
export function weekdayNamed(name: string): number | null {
  const said = name.toLowerCase();
  const index = WEEKDAYS.findIndex((weekday) => said === weekday || said === weekday.slice(0, 3));
  return index === -1 ? null : index;
}

/** Minutes east of Greenwich of a named zone; null for an unknown name, or one with several meanings. */
export function zoneNamed(name: string): number | null {
  return ZONES.get(name) ?? ZONES.get(name.replace(/ \([^()]*\)$| m=[+-]\d+\.\d+$|\[UTC\]$/, '').toUpperCase()) ?? null;
}

/** Days of a month, from 1 for January. */
export function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
