/** Limits of a definition, checked when it is read, so that every evaluator can rely on them. */
export const LIMITS = {
  /** Nesting of all, any, not and account; the outermost condition counts as 1. */
  depth: 10,
  /** Conditions, steps and property tests in one definition, without groups. */
  conditions: 100,
  /** Characters of an event name, or of its beginning. */
  eventCharacters: 500,
  /** Characters of a path. */
  pathCharacters: 500,
  /** Characters of a text or number to compare with. */
  textCharacters: 1_000,
  /** Characters of a regular expression. */
  patternCharacters: 500,
  /** Values in one `oneOf`. */
  oneOf: 100,
  /** Largest bound of a count. */
  count: 10_000,
  /** Digits before and after the decimal point of a bound that an aggregate is compared with. */
  integerDigits: 20,
  fractionDigits: 18,
  /** Longest window, in years of 366 days. */
  windowYears: 100,
  /** Steps of a sequence. */
  steps: 10,
  /** Paths in `same`. */
  same: 5,
  /** Periods that a `regular` looks at. */
  periods: 100,
  /** Newest events that a series keeps of one profile; older ones count only in running values. */
  eventsKept: 10_000,
  /** Characters of the key of a segment or list, of a purpose, and of a salt. */
  keyCharacters: 100,
} as const;

/** Operators of a number. */
export const NUMBER_OPERATORS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'between'] as const;

/** Operators that compare texts by their characters, and may ignore case. */
export const TEXT_OPERATORS = ['contains', 'startsWith', 'endsWith', 'matches'] as const;

/** Operators of a date. */
export const DATE_OPERATORS = ['before', 'after', 'withinLast', 'withinNext', 'anniversary'] as const;

/** Operators of a value. */
export const VALUE_OPERATORS = [...NUMBER_OPERATORS, 'oneOf', 'exists', ...TEXT_OPERATORS, ...DATE_OPERATORS] as const;

/** Operators beside which `ignoreCase` may stand. */
export const CASE_OPERATORS = ['eq', 'ne', 'oneOf', ...TEXT_OPERATORS] as const;

/** What an aggregate makes of the values at its path. */
export const AGGREGATES = ['sum', 'avg', 'min', 'max', 'distinct'] as const;

/** Units of a length: second, minute, hour, day, week, month, year. */
export const UNITS = ['s', 'm', 'h', 'd', 'w', 'mo', 'y'] as const;

/** A length as people write it: `90s`, `10m`, `24h`, `30d`, `4w`, `6mo`, `1y`. */
export const LENGTH_PATTERN = '^([1-9][0-9]{0,9})(s|m|h|d|w|mo|y)$';

/** Windows of the calendar, in the workspace's zone. Weeks begin on Monday. */
export const CALENDAR_WINDOWS = [
  'today',
  'yesterday',
  'this week',
  'last week',
  'this month',
  'last month',
  'this quarter',
  'last quarter',
  'this year',
  'last year',
] as const;

/** Calls that are no track calls and can be asked for by their type. */
export const CALL_TYPES = ['page', 'screen', 'identify', 'group'] as const;
