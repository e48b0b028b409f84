import type { Api as ConsoleApi } from '@hilo/console/contract';
import type { SchemaOf } from '@hilo/service/contract';
import type { Zone } from '../language/zone.ts';

type Verb = SchemaOf<ConsoleApi, 'AuditEntry'>['what'];
type Search = SchemaOf<ConsoleApi, 'AuditSearch'>;

/** Verbs of the audit log, in the order in which they are offered. */
export const VERBS = [
  ...(['created', 'changed', 'deleted', 'ran'] as const),
  ...(['signed_in', 'signed_out', 'sign_in_failed', 'locked_out', 'refused'] as const),
] as const satisfies readonly Verb[];

/** Areas that people choose from, by the beginning of the path. */
export const AREAS = {
  segments: 'segmentation/v1/segments',
  destinations: 'activation/v1/destinations',
  deliveries: 'activation/v1/deliveries',
  sources: 'ingestion/v1/sources',
  lists: 'ingestion/v1/lists',
  rejected: 'ingestion/v1/rejected',
  letters: 'history/v1/dead-letters',
  time: 'segmentation/v1/time',
  explore: 'explore',
  people: 'users',
  tokens: 'tokens',
  session: 'session',
} as const;

/** Fields of the filter that stand in the page's address. */
export const ADDRESS_FIELDS = ['what', 'area', 'from', 'to'] as const;

/** Fields of the filter that may name a person, so they stand in no address. */
export const TYPED_FIELDS = ['q', 'who', 'address'] as const;

/** A field of the filter. */
export type Field = (typeof ADDRESS_FIELDS)[number] | (typeof TYPED_FIELDS)[number];

/** What the API is asked for; null: everything. */
export type AuditQuery = {
  readonly [Name in keyof Omit<Search, 'limit' | 'cursor'>]-?: NonNullable<Search[Name]> | null;
};

const DAY_S = 86_400;

/**
 * The query of a filter, whose empty fields ask for everything: days are those of the zone, the last one included; what is not
 * valid is left out.
 */
export function queryOf(fieldOf: (field: Field) => string, zone: Zone): AuditQuery {
  const area = fieldOf('area');
  return {
    q: fieldOf('q') || null,
    who: fieldOf('who') || null,
    what: VERBS.find((verb) => verb === fieldOf('what')) ?? null,
    target: Object.entries(AREAS).find(([name]) => name === area)?.[1] ?? null,
    address: fieldOf('address') || null,
    from: startOf(fieldOf('from'), 0, zone),
    to: startOf(fieldOf('to'), 1, zone),
  };
}

/** The start of the day so many days after a day such as `2026-03-31`. */
function startOf(day: string, daysLater: number, zone: Zone): string | null {
  const localMs = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(localMs)) return null;
  return new Date(zone.instantOf(localMs / 1000 + daysLater * DAY_S) * 1000).toISOString();
}
