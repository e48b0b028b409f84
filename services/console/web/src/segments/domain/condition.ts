import type { CONDITION_LIMITS, CountTest, WINDOW_UNITS } from '@hilo/segmentation/contract';

/** The segment language, version 1, as its API takes and gives it. Its meaning: docs/segment-language.md. */
export type {
  Condition,
  CountTest,
  DidCondition,
  PropertyTest,
  Scalar,
  ValueTest,
} from '@hilo/segmentation/contract';

type KeysOf<T> = T extends unknown ? keyof T : never;

/** An operator of a count. */
export type CountOperator = KeysOf<CountTest>;

/** Operators of a count, in the order in which they are offered. */
export const COUNT_OPERATORS = ['gte', 'eq', 'lte', 'gt', 'lt', 'ne'] as const satisfies readonly CountOperator[];

/** Units of a window, the shortest first. */
export const UNITS: typeof WINDOW_UNITS = ['s', 'm', 'h', 'd', 'w', 'mo', 'y'];

/** A unit of a window: second, minute, hour, day, week, month, year. */
export type Unit = (typeof UNITS)[number];

/** What a definition may hold at most; the server refuses more. */
export const LIMITS: Pick<typeof CONDITION_LIMITS, 'depth' | 'conditions' | 'one_of' | 'count'> = {
  depth: 10,
  conditions: 100,
  one_of: 100,
  count: 10_000,
};
