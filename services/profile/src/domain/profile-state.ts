import type { EventOrder } from '@hilo/schemas';

/** The event behind a trait or an identifier, with everything that decides which of two came last: `compareEvents`. */
export type Cause = EventOrder;

/**
 * A trait with the event that set it. A removed trait stays, so that an older event that arrives late does not bring it
 * back.
 */
export interface Trait {
  /** JSON text of the value; null: removed. */
  readonly value: string | null;
  readonly cause: Cause;
  /** Event time in milliseconds of the write from which the trait has held this value, in the order in which writes were taken. */
  readonly since_ms: number;
}

/** An identifier with the event that linked it. */
export interface ProfileIdentifier {
  readonly type: string;
  readonly value: string;
  readonly cause: Cause;
}

/** A segment that the profile is in. */
export interface Membership {
  /** Version of the definition. */
  readonly segment_version: number;
  /** Event time of the entry, ms. */
  readonly since_ms: number;
}

/** What changed since the last published record. */
export interface Unpublished {
  /** Each changed trait, with its JSON text as last published (null: none). */
  readonly traits: ReadonlyMap<string, string | null>;
  /** True if identifiers were added. */
  readonly identifiers: boolean;
  /** True if a trait has had its value since another time than published: it had another value in between. */
  readonly since: boolean;
}

/** Everything known about one profile. Never mutated: if nothing changed, functions return the same object. */
export interface ProfileState {
  readonly profile_id: string;
  readonly traits: ReadonlyMap<string, Trait>;
  /** By type, then value. */
  readonly identifiers: readonly ProfileIdentifier[];
  /** By segment key. */
  readonly segments: ReadonlyMap<string, Membership>;
  /** Version of the last membership record; older ones are repeats. */
  readonly segments_version: number;
  /** Version of the last published record; 0: none. */
  readonly version: number;
  /** Null if everything is published. */
  readonly unpublished: Unpublished | null;
}

/** The state of an unknown profile. */
export function newProfile(profile_id: string): ProfileState {
  return {
    profile_id,
    traits: new Map(),
    identifiers: [],
    segments: new Map(),
    segments_version: 0,
    version: 0,
    unpublished: null,
  };
}

/** Orders texts by code units, the same on every machine. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
