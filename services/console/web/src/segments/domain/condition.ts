import type { JsonNumber } from '@hilo/exact-json';

/** The segment language, version 1, as its API takes and gives it. Its meaning: docs/segment-language.md. */

/** A condition on a profile. */
export type Condition =
  | TraitCondition
  | DidCondition
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

/** A trait of the profile passes a test. */
export interface TraitCondition {
  readonly trait: string;
  readonly is: ValueTest;
}

/** The profile did an event, so and so often, within a time. */
export interface DidCondition {
  readonly did: string;
  readonly where?: readonly PropertyTest[];
  readonly count?: CountTest;
  /** Such as `10m`. */
  readonly within?: string;
}

/** A property of an event passes a test. */
export interface PropertyTest {
  readonly property: string;
  readonly is: ValueTest;
}

/** A value to compare with. */
export type Scalar = string | JsonNumber | boolean;

/** Operators of a count, in the order in which they are offered. */
export const COUNT_OPERATORS = ['gte', 'eq', 'lte', 'gt', 'lt', 'ne'] as const;

/** An operator of a count. */
export type CountOperator = (typeof COUNT_OPERATORS)[number];

/** Test of a count; exactly one operator. */
export type CountTest = { readonly [K in CountOperator]: { readonly [_ in K]: number } }[CountOperator];

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

/** Units of a window, the shortest first. */
export const UNITS = ['s', 'm', 'h', 'd', 'w', 'mo', 'y'] as const;

/** A unit of a window: second, minute, hour, day, week, month, year. */
export type Unit = (typeof UNITS)[number];

/** What a definition may hold at most; the server refuses more. */
export const LIMITS = { depth: 10, conditions: 100, one_of: 100, count: 10_000 } as const;
