import { listOf, object, ref, type Value } from '@hilo/service/contract';

/** Limits of a definition, checked when it is saved, so that the stream can rely on them. */
export const CONDITION_LIMITS = {
  /** Nesting of all, any and not; the outermost condition counts as 1. */
  depth: 10,
  /** Conditions and property tests in one definition, without groups. */
  conditions: 100,
  /** Characters of an event name. */
  eventCharacters: 500,
  /** Characters of a path. */
  pathCharacters: 500,
  /** Characters of a text or number to compare with. */
  textCharacters: 1_000,
  /** Values in one `oneOf`. */
  oneOf: 100,
  /** Largest bound of a count. */
  count: 10_000,
  /** Longest window, in years of 366 days. */
  windowYears: 100,
} as const;

/** Operators of a count. */
export const COUNT_OPERATORS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'] as const;

/** Operators of a value. */
export const VALUE_OPERATORS = [...COUNT_OPERATORS, 'oneOf', 'exists'] as const;

/** Units of a window: second, minute, hour, day, week, month, year. */
export const WINDOW_UNITS = ['s', 'm', 'h', 'd', 'w', 'mo', 'y'] as const;

/** A window as people write it: `90s`, `10m`, `24h`, `30d`, `4w`, `6mo`, `1y`. */
export const WINDOW_PATTERN = '^([1-9][0-9]{0,9})(s|m|h|d|w|mo|y)$';

const EVENT = { type: 'string', minLength: 1, maxLength: CONDITION_LIMITS.eventCharacters } as const;
const PATH = {
  type: 'string',
  minLength: 1,
  maxLength: CONDITION_LIMITS.pathCharacters,
  description: 'A name, or names with dots between them; a dot inside a name is written \\. and a backslash \\\\.',
} as const;
const SCALAR = {
  type: ['string', 'number', 'boolean'],
  exact: true,
  maxLength: CONDITION_LIMITS.textCharacters,
} as const;
const NUMBER = { type: 'number', exact: true } as const;
const BOUND = { type: 'integer', minimum: 0, maximum: CONDITION_LIMITS.count } as const;
const GROUP = { type: 'array', minItems: 1, maxItems: CONDITION_LIMITS.conditions, items: ref('Condition') } as const;

/**
 * The segment language, version 1, as JSON Schema. Its meaning: docs/segment-language.md. What no schema can say (nesting, the
 * number of all conditions together, a path's escapes, the longest window) is in read-condition.ts.
 */
export const SEGMENT_LANGUAGE = {
  Condition: {
    description: 'A condition on a profile. docs/segment-language.md has the meaning, with examples.',
    oneOf: [ref('TraitCondition'), ref('DidCondition'), ref('AllCondition'), ref('AnyCondition'), ref('NotCondition')],
  },
  TraitCondition: {
    ...object({ trait: PATH, is: ref('ValueTest') }),
    description: 'A trait of the profile passes a test.',
  },
  DidCondition: {
    ...object(
      {
        did: { ...EVENT, description: 'Name of the event.' },
        where: {
          ...listOf(ref('PropertyTest')),
          maxItems: CONDITION_LIMITS.conditions,
          description: 'All of them must hold for an event to count; empty: every event of that name counts.',
        },
        count: ref('CountTest'),
        within: {
          type: 'string',
          pattern: WINDOW_PATTERN,
          examples: ['10m', '30d', '6mo'],
          description: 'Length of the window that ends now; absent: ever.',
        },
      },
      ['where', 'count', 'within'],
    ),
    description: 'The profile did an event, so often (at least once, if there is no count), within a time.',
  },
  AllCondition: { ...object({ all: GROUP }), description: 'Every one of the conditions holds.' },
  AnyCondition: { ...object({ any: GROUP }), description: 'At least one of the conditions holds.' },
  NotCondition: { ...object({ not: ref('Condition') }), description: 'The condition does not hold.' },
  PropertyTest: {
    ...object({ property: PATH, is: ref('ValueTest') }),
    description: 'A property of an event passes a test.',
  },
  ValueTest: {
    description: 'Test of a value: exactly one operator.',
    oneOf: [
      object({ eq: SCALAR }),
      object({ ne: SCALAR }),
      object({ gt: NUMBER }),
      object({ gte: NUMBER }),
      object({ lt: NUMBER }),
      object({ lte: NUMBER }),
      object({ oneOf: { type: 'array', minItems: 1, maxItems: CONDITION_LIMITS.oneOf, items: SCALAR } }),
      object({ exists: { type: 'boolean' } }),
    ],
  },
  CountTest: {
    description: 'Test of a count: exactly one operator.',
    oneOf: [
      object({ eq: BOUND }),
      object({ ne: BOUND }),
      object({ gt: BOUND }),
      object({ gte: BOUND }),
      object({ lt: BOUND }),
      object({ lte: BOUND }),
    ],
  },
} as const;

type Language = typeof SEGMENT_LANGUAGE;

/** A condition on a profile. */
export type Condition = Value<Language['Condition'], Language>;

/** A trait of the profile passes a test. */
export type TraitCondition = Value<Language['TraitCondition'], Language>;

/** The profile did an event a certain number of times within a time. */
export type DidCondition = Value<Language['DidCondition'], Language>;

/** A property of an event passes a test. */
export type PropertyTest = Value<Language['PropertyTest'], Language>;

/** Test of a value; exactly one operator. */
export type ValueTest = Value<Language['ValueTest'], Language>;

/** Test of a count; exactly one operator. */
export type CountTest = Value<Language['CountTest'], Language>;

/** A value that JSON text can hold and a test can name. */
export type Scalar = Value<typeof SCALAR, Language>;
