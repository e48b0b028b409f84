import {
  type EventField,
  type IdentifierOrigin,
  type IdentityRules,
  MAX_IDENTIFIERS,
  normalise,
} from './identifier-rules.ts';
import type { EventAccepted, Identifier } from './types.ts';

/** An identifier as an event names it: usually one; if its type is open, one for each possible type. */
export interface Mention {
  /** In the order of `IdentifierOrigin.types`. */
  readonly readings: readonly [Identifier, ...Identifier[]];
}

/** What identifiers are read from. */
export type NamingEvent = Pick<EventAccepted, EventField | 'type'>;

/**
 * Everything in the event that can identify someone: normalised, without blocked values, in no particular order. Null
 * if a list in it names more than `MAX_IDENTIFIERS`.
 */
export function readIdentifiers(event: NamingEvent, rules: IdentityRules): readonly Mention[] | null {
  const mentions: Mention[] = [];
  for (const origin of rules.origins) if (!addMentions(mentions, event, origin, rules)) return null;
  return mentions;
}

/**
 * Whether anything in the event can identify someone; a list that is too long counts. Ingestion asks this, so an event
 * without a usable identifier ends there, where its producer looks.
 */
export function identifiesSomebody(event: NamingEvent, rules: IdentityRules): boolean {
  const mentions: Mention[] = [];
  // Checks the ids first, which nearly always decide: this runs for every event.
  for (const origin of rules.origins) {
    const [field, inside] = origin.path;
    if (inside === undefined && origin.calls === null) {
      if (hasReading(origin.types, event[field], rules)) return true;
    } else if (!addMentions(mentions, event, origin, rules) || mentions.length > 0) return true;
  }
  return false;
}

function hasReading(types: readonly string[], value: string | null, rules: IdentityRules): boolean {
  if (value === null) return false;
  for (const rule of rules.identifiers) if (types.includes(rule.type) && normalise(rule, value) !== null) return true;
  return false;
}

/** False if there are too many. */
function addMentions(mentions: Mention[], event: NamingEvent, origin: IdentifierOrigin, rules: IdentityRules): boolean {
  if (origin.calls !== null && !origin.calls.includes(event.type)) return true;
  const found = valueAt(event, origin);
  if (found === undefined || found === null) return true;
  if (origin.pairs !== true) addReadings(mentions, origin.types, found, rules);
  else if (Array.isArray(found) && found.length > MAX_IDENTIFIERS) return false;
  else mentions.push(...readPairs(found, origin, rules));
  return true;
}

function readPairs(found: unknown, origin: IdentifierOrigin, rules: IdentityRules): readonly Mention[] {
  const mentions: Mention[] = [];
  for (const pair of Array.isArray(found) ? found : []) {
    const type = origin.types.find((known) => known === fieldOf(pair, 'type'));
    if (type !== undefined) addReadings(mentions, [type], fieldOf(pair, 'value'), rules);
  }
  return mentions;
}

function addReadings(mentions: Mention[], types: readonly string[], value: unknown, rules: IdentityRules): void {
  const readings = types.flatMap((type) => {
    const rule = rules.identifiers.find((candidate) => candidate.type === type);
    const normal = rule === undefined ? null : normalise(rule, value);
    return normal === null ? [] : [{ type, value: normal }];
  });
  const [first, ...others] = readings;
  if (first !== undefined) mentions.push({ readings: [first, ...others] });
}

function valueAt(event: NamingEvent, { path: [field, ...inside] }: IdentifierOrigin): unknown {
  const text = event[field];
  if (text === null || inside.length === 0) return text;
  if (!mayHold(text, inside)) return undefined;
  return inside.reduce(fieldOf, parse(text));
}

/** Most payloads do not contain the name at all, and searching for it is far cheaper than parsing. */
function mayHold(json: string, names: readonly string[]): boolean {
  return names.every((name) => json.includes(`"${name}"`)) || json.includes('\\u');
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Ingestion accepts only JSON; a payload that is not JSON identifies nobody.
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
