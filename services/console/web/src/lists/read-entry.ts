import type { Zone } from '../language/zone.ts';
import type { ListEntry } from './list-api.ts';

/** Types of identifiers that an entry can have. */
export const IDENTIFIER_TYPES = ['user_id', 'email', 'anonymous_id'] as const satisfies readonly ListEntry['type'][];

/** An entry while it is being written. */
export interface EntryDraft {
  readonly value: string;
  /** Local time in the workspace's zone, such as `2026-12-31T23:00`; empty: the entry never ends. */
  readonly until: string;
}

/** The entry that a draft stands for. */
export function readEntry(type: ListEntry['type'], { value, until }: EntryDraft, zone: Zone): ListEntry {
  const localMs = Date.parse(`${until}Z`);
  return {
    type,
    value: value.trim(),
    until: Number.isNaN(localMs) ? null : new Date(zone.instantOf(localMs / 1000) * 1000).toISOString(),
  };
}
