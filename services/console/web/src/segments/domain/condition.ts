import {
  type COUNT_OPERATORS as COUNT_OPERATORS_OF_LANGUAGE,
  VALUE_OPERATORS,
  WINDOW_UNITS,
} from '@hilo/behaviour/language';

/** The segment language as the service itself checks it: one schema, one set of limits. */
export {
  type Condition,
  CONDITION_LIMITS as LIMITS,
  type CountTest,
  type DidCondition,
  type PropertyTest,
  type Scalar,
  type ValueTest,
} from '@hilo/behaviour/language';

/** Operators of a value that the builder has. */
export { VALUE_OPERATORS };

/** An operator of a count. */
export type CountOperator = (typeof COUNT_OPERATORS_OF_LANGUAGE)[number];

/** Operators of a count, in the order in which the builder offers them. */
export const COUNT_OPERATORS = ['gte', 'eq', 'lte', 'gt', 'lt', 'ne'] as const satisfies readonly CountOperator[];

/** Units of a window, the shortest first. */
export const UNITS = WINDOW_UNITS;

/** A unit of a window: second, minute, hour, day, week, month, year. */
export type Unit = (typeof UNITS)[number];
