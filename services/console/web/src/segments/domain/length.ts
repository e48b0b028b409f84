import { UNITS } from '@hilo/behaviour/version-2/language';

/** A unit of a length: second, minute, hour, day, week, month, year. */
export type Unit = (typeof UNITS)[number];

/** A length such as `30d` in its two parts; `amount` may be any text while it is typed. */
export interface LengthFields {
  readonly amount: string;
  readonly unit: Unit;
}

/** The parts of a length, or of what was typed so far. */
export function lengthFields(text: string): LengthFields {
  const unit = UNITS.toSorted((a, b) => b.length - a.length).find((one) => text.endsWith(one));
  return unit === undefined ? { amount: text, unit: 'd' } : { amount: text.slice(0, -unit.length), unit };
}
