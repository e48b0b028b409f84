import type { Identifier } from '@hilo/schemas';
import type { ProfileState } from './domain/profile-state.ts';

/** Reads profiles for the Profile API. */
export interface ProfileReader {
  /** The living profile that has the identifier; null where nobody has it. Throws `StoreUnavailableError`. */
  find(identifier: Identifier): Promise<ProfileState | null>;
}

/** An event of a profile as the history service returns it. */
export interface PastEvent {
  readonly message_id: string;
  readonly type: string;
  readonly event?: string | null;
  readonly user_id?: string | null;
  readonly anonymous_id?: string | null;
  readonly source: string;
  /** Null where it lies outside of what a date can say. */
  readonly timestamp: string | null;
  readonly properties?: Readonly<Record<string, unknown>> | null;
  readonly context?: Readonly<Record<string, unknown>> | null;
}

/** One page of a profile's events, newest first. */
export interface PastEvents {
  readonly items: readonly PastEvent[];
  /** Cursor of the next page; null at the end. */
  readonly next: string | null;
}

/** Everything that ever happened to a profile. */
export interface EventHistory {
  /** Throws `StoreUnavailableError`, or `UnknownCursorError` for a cursor that is not one of its own. */
  events(profile_id: string, limit: number, cursor: string | null): Promise<PastEvents>;
}

/** What a request needs does not answer for now. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** The cursor is not one that an earlier page gave. */
export class UnknownCursorError extends Error {
  override readonly name = 'UnknownCursorError';
}

/** Tokens of what the module provides. */
export const TOKENS = {
  reader: Symbol('ProfileReader'),
  history: Symbol('EventHistory'),
  identifiersInUrls: Symbol('Whether paths may have identifiers of people'),
  logger: Symbol('Logger'),
} as const;
