import type { JsonNumber } from '@hilo/exact-json';

/** The segment language, version 1, as checked data. Its meaning: docs/segment-language.md. */

/** A condition on a profile. */
export type Condition = TraitCondition | DidCondition | AllCondition | AnyCondition | NotCondition;

/** A trait of the profile passes a test. */
export interface TraitCondition {
  readonly trait: string;
  readonly is: ValueTest;
}

/** The profile did an event, so and so often, within a time. */
export interface DidCondition {
  readonly did: string;
  /** All of them must hold for an event to count; empty: every event of that name counts. */
  readonly where?: readonly PropertyTest[];
  /** How often; without it, at least once. */
  readonly count?: CountTest;
  /** Length of the window that ends now, such as `10m`; without it, ever. */
  readonly within?: string;
}

/** Every one of the conditions holds. */
export interface AllCondition {
  readonly all: readonly Condition[];
}

/** At least one of the conditions holds. */
export interface AnyCondition {
  readonly any: readonly Condition[];
}

/** The condition doesn't hold. */
export interface NotCondition {
  readonly not: Condition;
}

/** A property of an event passes a test. */
export interface PropertyTest {
  readonly property: string;
  readonly is: ValueTest;
}

/** A value that JSON text can hold and a test can name. */
export type Scalar = string | JsonNumber | boolean;

/** Test of a value; exactly one operator. */
export type ValueTest =
  | { readonly eq: Scalar }
  | { readonly ne: Scalar }
  | { readonly gt: JsonNumber }
  | { readonly gte: JsonNumber }
  | { readonly lt: JsonNumber }
  | { readonly lte: JsonNumber }
  | { readonly oneOf: readonly Scalar[] }
  | { readonly exists: boolean };

/** Test of a count; exactly one operator. */
export type CountTest =
  | { readonly eq: number }
  | { readonly ne: number }
  | { readonly gt: number }
  | { readonly gte: number }
  | { readonly lt: number }
  | { readonly lte: number };

/** What a definition may hold at most. Checked where a definition is saved, so that the stream can rely on it. */
export const CONDITION_LIMITS = {
  /** Nesting of all, any and not, the outermost condition counting as 1. */
  depth: 10,
  /** Conditions and property tests in one definition, groups not counted. */
  conditions: 100,
  /** Characters of an event name. */
  event_characters: 500,
  /** Characters of a path. */
  path_characters: 500,
  /** Characters of a text or number to compare with. */
  text_characters: 1_000,
  /** Values in one `oneOf`. */
  one_of: 100,
  /** Largest bound of a count. */
  count: 10_000,
  /** Longest window, in years of 366 days. */
  window_years: 100,
} as const;
