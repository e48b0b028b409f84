import { JsonText } from '../../document/json-text.ts';
import { type Zone, zoneNamed } from '../../time/zone.ts';
import type { Condition } from '../condition.ts';
import type { ProfileEvent, ProfileFacts } from '../model.ts';
import type { Question } from './oracle-events.ts';

/** A condition and a profile, without the moment. */
export interface Case {
  readonly condition: Condition;
  readonly facts: ProfileFacts;
  /** In the order of their arrival. */
  readonly events: readonly ProfileEvent[];
  /** The IANA name of the workspace's zone. */
  readonly zoneName: string;
  readonly segments: ReadonlyMap<string, Condition>;
  /** How many of its newest events a series keeps; absent: as many as in production. */
  readonly eventsKept?: number;
}

const zones = new Map<string, Zone>();

/** The zone of an IANA name, made once. */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = zoneNamed(name);
  zones.set(name, zone);
  return zone;
}

/** The question whether a case's condition holds at a moment. */
export function questionAt({ zoneName, ...rest }: Case, momentMs: number): Question {
  return { ...rest, zone: zoneOf(zoneName), momentMs };
}

/** A profile of which nothing is known. */
export const NO_FACTS: ProfileFacts = {
  birthId: 'p_1',
  traits: new JsonText('{}'),
  sinceMs: new Map(),
  lists: new Map(),
};
