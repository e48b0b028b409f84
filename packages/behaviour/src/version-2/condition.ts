import { listOf, object, ref, type Value } from '@hilo/service/contract';
import { CALENDAR_WINDOWS, CALL_TYPES, LENGTH_PATTERN, LIMITS } from './limits.ts';

const EVENT = { type: 'string', minLength: 1, maxLength: LIMITS.eventCharacters } as const;
const KEY = { type: 'string', minLength: 1, maxLength: LIMITS.keyCharacters } as const;
const PATH = {
  type: 'string',
  minLength: 1,
  maxLength: LIMITS.pathCharacters,
  description: 'A name, or names with dots between them; a dot inside a name is written \\. and a backslash \\\\.',
} as const;
const SCALAR = { type: ['string', 'number', 'boolean'], exact: true, maxLength: LIMITS.textCharacters } as const;
const TEXT = { type: 'string', minLength: 1, maxLength: LIMITS.textCharacters } as const;
const NUMBER = { type: 'number', exact: true } as const;
const BOUND = { type: 'integer', minimum: 0, maximum: LIMITS.count } as const;
const LENGTH = { type: 'string', pattern: LENGTH_PATTERN, examples: ['10m', '30d', '6mo'] } as const;
const DATE = { type: 'string', examples: ['2026-03-01', '2026-03-01T08:30:00Z'] } as const;
const GROUP = { type: 'array', minItems: 1, maxItems: LIMITS.conditions, items: ref('Condition') } as const;
const WHERE = {
  ...listOf(ref('EventTest')),
  maxItems: LIMITS.conditions,
  description: 'All of them must hold for an event to count; empty: every such event counts.',
} as const;
const PAIR = { type: 'array', minItems: 2, maxItems: 2 } as const;
const IGNORE_CASE = { type: 'boolean', description: 'True: texts are equal if they differ in case only.' } as const;
const AS = {
  const: 'number',
  description: 'Reads texts that are JSON numbers as numbers. Absent: a text never passes a test of numbers.',
} as const;

/** Which of the events count: those of a time. */
const TIMES = {
  within: { ...ref('Window'), description: 'The window, which moves with time; absent: ever.' },
  after: { ...DATE, description: 'Events at this moment or later, or from the beginning of this day on.' },
  before: { ...DATE, description: 'Events before this moment, or before the beginning of this day.' },
} as const;

function aggregate<const Name extends string>(name: Name, description: string) {
  return {
    ...object(
      { [name]: PATH, of: ref('EventSelector'), where: WHERE, is: ref('NumberTest'), ...TIMES } as {
        readonly [N in Name]: typeof PATH;
      } & {
        readonly of: { readonly $ref: '#/components/schemas/EventSelector' };
        readonly where: typeof WHERE;
        readonly is: { readonly $ref: '#/components/schemas/NumberTest' };
      } & typeof TIMES,
      ['where', 'within', 'after', 'before'],
    ),
    description,
  } as const;
}

const ONE_EVENT = {
  where: WHERE,
  property: { ...PATH, description: 'Tests this property of the event; absent: tests how long ago it was.' },
  is: { oneOf: [ref('AgeTest'), ref('ValueTest')] },
} as const;

/**
 * The segment language, version 2, as JSON Schema. Its meaning: docs/segment-language.md. What no schema can say (nesting, the
 * number of all conditions, a path's escapes, lengths, dates, patterns, which operators fit together) is in read-condition.ts.
 * Everything that is valid in version 1 is valid here and means the same.
 */
export const SEGMENT_LANGUAGE = {
  Condition: {
    description: 'A condition on a profile. docs/segment-language.md has the meaning, with examples.',
    oneOf: [
      ref('TraitCondition'),
      ref('DidCondition'),
      ref('SumCondition'),
      ref('AvgCondition'),
      ref('MinCondition'),
      ref('MaxCondition'),
      ref('DistinctCondition'),
      ref('FirstCondition'),
      ref('LastCondition'),
      ref('SequenceCondition'),
      ref('RegularCondition'),
      ref('InCondition'),
      ref('ListCondition'),
      ref('ConsentCondition'),
      ref('RandomBucketCondition'),
      ref('AccountCondition'),
      ref('GroupCondition'),
      ref('AllCondition'),
      ref('AnyCondition'),
      ref('NotCondition'),
    ],
  },
  TraitCondition: {
    ...object({ trait: PATH, is: ref('ValueTest'), as: AS, for: LENGTH }, ['as', 'for']),
    description: 'A trait of the profile passes a test, and with "for" has passed it without a break so long.',
  },
  DidCondition: {
    ...object({ did: ref('EventSelector'), where: WHERE, count: ref('CountTest'), ...TIMES }, [
      'where',
      'count',
      'within',
      'after',
      'before',
    ]),
    description: 'The profile did an event, so often (at least once, if there is no count), within a time.',
  },
  SumCondition: aggregate('sum', 'The sum of the numbers at a path of the events passes a test; of none it is 0.'),
  AvgCondition: aggregate('avg', 'The mean of the numbers at a path of the events passes a test; of none it is false.'),
  MinCondition: aggregate('min', 'The smallest number at a path of the events passes a test; of none it is false.'),
  MaxCondition: aggregate('max', 'The largest number at a path of the events passes a test; of none it is false.'),
  DistinctCondition: aggregate('distinct', 'How many different values stand at a path of the events passes a test.'),
  FirstCondition: {
    ...object({ first: ref('EventSelector'), ...ONE_EVENT }, ['where', 'property']),
    description: 'The first event that passes "where" passes a test; without such an event it is false.',
  },
  LastCondition: {
    ...object({ last: ref('EventSelector'), ...ONE_EVENT }, ['where', 'property']),
    description: 'The last event that passes "where" passes a test; without such an event it is false.',
  },
  SequenceCondition: {
    ...object(
      {
        sequence: { type: 'array', minItems: 1, maxItems: LIMITS.steps, items: ref('Step') },
        within: { ...ref('Window'), description: 'Every step lies in this window, which ends now.' },
        span: { ...LENGTH, description: 'From the first step to the last at most so long.' },
        same: {
          type: 'array',
          minItems: 1,
          maxItems: LIMITS.same,
          items: PATH,
          description: 'The events of all steps have a value in common at each of these paths.',
        },
      },
      ['within', 'span', 'same'],
    ),
    description: 'Events in this order, each later than the one before.',
  },
  RegularCondition: {
    ...object(
      {
        regular: ref('EventSelector'),
        where: WHERE,
        count: { ...ref('CountTest'), description: 'How often in a period; absent: at least once.' },
        periods: object(
          {
            every: LENGTH,
            atLeast: { type: 'integer', minimum: 1, maximum: LIMITS.periods },
            of: { type: 'integer', minimum: 1, maximum: LIMITS.periods },
            calendar: {
              type: 'boolean',
              description: 'True: whole days, weeks, months or years of the calendar, the current one left out.',
            },
          },
          ['calendar'],
        ),
      },
      ['where', 'count'],
    ),
    description: 'In at least so many of the last periods the profile did the event.',
  },
  InCondition: { ...object({ in: KEY }), description: 'The condition of another segment holds, at the same moment.' },
  ListCondition: {
    ...object({ list: KEY }),
    description: 'The profile is on a static list, and its entry is not over.',
  },
  ConsentCondition: {
    ...object({ consent: KEY }),
    description: 'The profile consents to this purpose. The stream does not evaluate it yet.',
  },
  RandomBucketCondition: {
    ...object({
      randomBucket: object({
        from: { type: 'number', minimum: 0, maximum: 1 },
        to: { type: 'number', minimum: 0, maximum: 1 },
        salt: KEY,
      }),
    }),
    description: 'A fixed share of all profiles: those whose number, made from the salt, is in [from, to).',
  },
  AccountCondition: {
    ...object({
      account: {
        oneOf: [
          object({ any: ref('Condition') }),
          object({ all: ref('Condition') }),
          object({ none: ref('Condition') }),
        ],
      },
    }),
    description: 'Any, all or none of the members of the profile’s group. The stream does not evaluate it yet.',
  },
  GroupCondition: {
    ...object({ group: ref('TraitCondition') }),
    description: 'A trait of the profile’s group passes a test. The stream does not evaluate it yet.',
  },
  AllCondition: { ...object({ all: GROUP }), description: 'Every one of the conditions holds.' },
  AnyCondition: { ...object({ any: GROUP }), description: 'At least one of the conditions holds.' },
  NotCondition: { ...object({ not: ref('Condition') }), description: 'The condition does not hold.' },
  EventSelector: {
    description:
      'Which events: the name of a track call; a call of another type, by its name or any; track calls by the beginning of their name; or any track, page and screen call.',
    oneOf: [
      EVENT,
      object({ type: { enum: CALL_TYPES }, name: EVENT }, ['name']),
      object({ startsWith: EVENT }),
      object({ any: { const: true } }),
    ],
  },
  Window: {
    description: 'A length that ends now, a part of the calendar, or from one length ago to another.',
    oneOf: [LENGTH, { enum: CALENDAR_WINDOWS }, object({ from: LENGTH, to: LENGTH })],
  },
  Step: {
    description: 'An event, or, as the last step, that an event did not follow.',
    oneOf: [
      object(
        {
          did: ref('EventSelector'),
          where: WHERE,
          within: { ...LENGTH, description: 'Since the step before at most so long.' },
          without: { ...listOf(ref('AbsentEvent')), minItems: 1, maxItems: LIMITS.steps },
        },
        ['where', 'within', 'without'],
      ),
      object({ none: ref('EventSelector'), where: WHERE, within: LENGTH }, ['where']),
    ],
  },
  AbsentEvent: {
    ...object({ did: ref('EventSelector'), where: WHERE }, ['where']),
    description: 'No such event lies between the step before and this one.',
  },
  EventTest: {
    description: 'A test of an event: of a property, or of several properties of one and the same element of a list.',
    oneOf: [
      ref('PropertyTest'),
      {
        ...object({
          element: PATH,
          where: { ...listOf(ref('PropertyTest')), minItems: 1, maxItems: LIMITS.conditions },
        }),
        description: 'One element of the list at the path passes all the tests; their paths begin at the element.',
      },
    ],
  },
  PropertyTest: {
    ...object({ property: PATH, is: ref('ValueTest'), as: AS }, ['as']),
    description: 'A property of an event passes a test.',
  },
  Operand: {
    description: 'Instead of a value: what stands at another path. Lists on the way mean any element.',
    oneOf: [
      { ...object({ property: PATH }), description: 'A property of the same event.' },
      { ...object({ trait: PATH }), description: 'A trait of the profile.' },
    ],
  },
  ValueTest: {
    description: 'Test of a value: exactly one operator.',
    oneOf: [
      object({ eq: { oneOf: [SCALAR, ref('Operand')] }, ignoreCase: IGNORE_CASE }, ['ignoreCase']),
      object({ ne: { oneOf: [SCALAR, ref('Operand')] }, ignoreCase: IGNORE_CASE }, ['ignoreCase']),
      object({ gt: { oneOf: [NUMBER, ref('Operand')] } }),
      object({ gte: { oneOf: [NUMBER, ref('Operand')] } }),
      object({ lt: { oneOf: [NUMBER, ref('Operand')] } }),
      object({ lte: { oneOf: [NUMBER, ref('Operand')] } }),
      object({ between: { ...PAIR, items: NUMBER, description: 'From the first to the second, both included.' } }),
      object(
        {
          oneOf: { type: 'array', minItems: 1, maxItems: LIMITS.oneOf, items: SCALAR },
          ignoreCase: IGNORE_CASE,
        },
        ['ignoreCase'],
      ),
      object({ exists: { type: 'boolean' } }),
      object({ contains: TEXT, ignoreCase: IGNORE_CASE }, ['ignoreCase']),
      object({ startsWith: TEXT, ignoreCase: IGNORE_CASE }, ['ignoreCase']),
      object({ endsWith: TEXT, ignoreCase: IGNORE_CASE }, ['ignoreCase']),
      object(
        {
          matches: {
            type: 'string',
            minLength: 1,
            maxLength: LIMITS.patternCharacters,
            description: 'RE2; found anywhere.',
          },
          ignoreCase: IGNORE_CASE,
        },
        ['ignoreCase'],
      ),
      object({ before: DATE }),
      object({ after: DATE }),
      object({ withinLast: LENGTH }),
      object({ withinNext: LENGTH }),
      object({
        anniversary: {
          oneOf: [{ const: 'today' }, object({ withinNext: LENGTH }), object({ withinLast: LENGTH })],
          description: 'The day and month return today, or within a length.',
        },
      }),
    ],
  },
  AgeTest: {
    description: 'How long ago an event was.',
    oneOf: [object({ olderThan: LENGTH }), object({ newerThan: LENGTH })],
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
      object({ between: { ...PAIR, items: BOUND, description: 'From the first to the second, both included.' } }),
    ],
  },
  NumberTest: {
    description: 'Test of a number: exactly one operator.',
    oneOf: [
      object({ eq: NUMBER }),
      object({ ne: NUMBER }),
      object({ gt: NUMBER }),
      object({ gte: NUMBER }),
      object({ lt: NUMBER }),
      object({ lte: NUMBER }),
      object({ between: { ...PAIR, items: NUMBER, description: 'From the first to the second, both included.' } }),
    ],
  },
} as const;

type Language = typeof SEGMENT_LANGUAGE;
type Named<Name extends keyof Language> = Value<Language[Name], Language>;

/** A condition on a profile. */
export type Condition = Named<'Condition'>;
/** A trait of the profile passes a test. */
export type TraitCondition = Named<'TraitCondition'>;
/** The profile did an event a certain number of times within a time. */
export type DidCondition = Named<'DidCondition'>;
/** A number made from the values at a path of events passes a test. */
export type AggregateCondition = Named<
  'SumCondition' | 'AvgCondition' | 'MinCondition' | 'MaxCondition' | 'DistinctCondition'
>;
/** The first or last event passes a test. */
export type FirstCondition = Named<'FirstCondition'>;
export type LastCondition = Named<'LastCondition'>;
/** Events in an order. */
export type SequenceCondition = Named<'SequenceCondition'>;
/** One step of a sequence. */
export type Step = Named<'Step'>;
/** An event that must not come between two steps. */
export type AbsentEvent = Named<'AbsentEvent'>;
/** An event in so many of the last periods. */
export type RegularCondition = Named<'RegularCondition'>;
/** Which events a condition asks for. */
export type EventSelector = Named<'EventSelector'>;
/** A window of time. */
export type ConditionWindow = Named<'Window'>;
/** A test of an event. */
export type EventTest = Named<'EventTest'>;
/** A property of an event passes a test. */
export type PropertyTest = Named<'PropertyTest'>;
/** Another path whose values a test compares with. */
export type Operand = Named<'Operand'>;
/** Test of a value; exactly one operator. */
export type ValueTest = Named<'ValueTest'>;
/** Test of an event's age. */
export type AgeTest = Named<'AgeTest'>;
/** Test of a count; exactly one operator. */
export type CountTest = Named<'CountTest'>;
/** Test of a number; exactly one operator. */
export type NumberTest = Named<'NumberTest'>;
/** A value that JSON text can hold and a test can name. */
export type Scalar = Value<typeof SCALAR, Language>;
