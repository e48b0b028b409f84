import { isJsonNumber } from '@hilo/exact-json';
import type {
  Condition,
  ConditionWindow,
  EventSelector,
  EventTest,
  PropertyTest,
  SequenceCondition,
  Step,
  ValueTest,
} from './condition.ts';
import { AGGREGATES } from './limits.ts';

/** How tests of one operand are written. */
const SIGNS: Readonly<Record<string, string>> = {
  eq: '=',
  ne: '!=',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  contains: 'contains',
  startsWith: 'starts with',
  endsWith: 'ends with',
  matches: 'matches',
  before: 'before',
  after: 'after',
  withinLast: 'within last',
  withinNext: 'within next',
  olderThan: 'older than',
  newerThan: 'newer than',
};
/** Values that stand without quotes: lengths, days and instants. */
const PLAIN = new Set(['before', 'after', 'withinLast', 'withinNext', 'olderThan', 'newerThan']);
/** A path that can be taken for nothing else. */
const PLAIN_PATH = /^[A-Za-z_$][\w$.-]*$/;

/**
 * The condition as text for people, such as `did "Order Completed" count >= 2 within 90d and trait country = "DE"`.
 * `readText` reads it again: as a condition that means the same.
 */
export function writeText(condition: Condition): string {
  if ('all' in condition) return joined(condition.all, ' and ');
  if ('any' in condition) return joined(condition.any, ' or ');
  if ('not' in condition) return `not ${grouped(condition.not)}`;
  return leaf(condition);
}

type Leaf = Exclude<Condition, { readonly all: unknown } | { readonly any: unknown } | { readonly not: unknown }>;

function joined(members: readonly Condition[], word: string): string {
  const [only] = members;
  return members.length === 1 && only !== undefined ? writeText(only) : members.map(grouped).join(word);
}

function grouped(condition: Condition): string {
  const text = writeText(condition);
  return 'all' in condition || 'any' in condition ? `(${text})` : text;
}

function leaf(condition: Leaf): string {
  if ('trait' in condition) {
    const { trait, is, as, for: length } = condition;
    return words(
      'trait',
      path(trait),
      test(is),
      as === undefined ? '' : 'as number',
      length === undefined ? '' : `for ${length}`,
    );
  }
  if ('did' in condition) {
    const { did, where, count } = condition;
    return words(
      'did',
      selector(did),
      tests(where),
      count === undefined ? '' : `count ${test(count)}`,
      times(condition),
    );
  }
  if ('first' in condition || 'last' in condition) {
    const { where, property, is } = condition;
    const which = 'first' in condition ? `first ${selector(condition.first)}` : `last ${selector(condition.last)}`;
    return words(which, tests(where), property === undefined ? '' : `property ${path(property)}`, test(is));
  }
  if ('sequence' in condition) return sequence(condition);
  if ('regular' in condition) {
    const { regular, where, count, periods } = condition;
    const calendar = periods.calendar === true ? ' calendar' : '';
    const often = `in ${periods.atLeast} of ${periods.of}${calendar} periods of ${periods.every}`;
    return words('regular', selector(regular), tests(where), count === undefined ? '' : `count ${test(count)}`, often);
  }
  if ('in' in condition) return `in ${JSON.stringify(condition.in)}`;
  if ('list' in condition) return `list ${JSON.stringify(condition.list)}`;
  if ('consent' in condition) return `consent ${JSON.stringify(condition.consent)}`;
  if ('randomBucket' in condition) {
    const { from, to, salt } = condition.randomBucket;
    return `bucket ${from} to ${to} of ${JSON.stringify(salt)}`;
  }
  if ('account' in condition) {
    const [[quantifier, inner] = []] = Object.entries(condition.account) as [string, Condition][];
    return inner === undefined ? '' : `account ${quantifier} (${writeText(inner)})`;
  }
  if ('group' in condition) return `group ${leaf(condition.group)}`;
  const { of, where, is, ...rest } = condition;
  const name = AGGREGATES.find((one) => one in rest) ?? 'sum';
  const at = (rest as Readonly<Record<string, unknown>>)[name] as string;
  return words(name, path(at), 'of', selector(of), tests(where), test(is), times(condition));
}

function sequence({ sequence: steps, within, span, same }: SequenceCondition): string {
  return words(
    `sequence (${steps.map(step).join(' then ')})`,
    within === undefined ? '' : `within ${window(within)}`,
    span === undefined ? '' : `span ${span}`,
    same === undefined ? '' : `same (${same.map(path).join(', ')})`,
  );
}

function step(one: Step): string {
  if ('none' in one) return words('none', selector(one.none), tests(one.where), `within ${one.within}`);
  const absent = one.without?.map(({ did, where }) => words('did', selector(did), tests(where))).join(', ');
  return words(
    ...['did', selector(one.did), tests(one.where)],
    one.within === undefined ? '' : `within ${one.within}`,
    absent === undefined ? '' : `without (${absent})`,
  );
}

function selector(events: EventSelector): string {
  if (typeof events === 'string') return JSON.stringify(events);
  if ('startsWith' in events) return `starting with ${JSON.stringify(events.startsWith)}`;
  if ('any' in events) return 'anything';
  return events.name === undefined ? events.type : `${events.type} ${JSON.stringify(events.name)}`;
}

function tests(where: readonly EventTest[] | undefined): string {
  if (where === undefined || where.length === 0) return '';
  return `where (${where.map((one) => ('element' in one ? elementTest(one) : propertyTest(one))).join(', ')})`;
}

function elementTest({ element, where }: Extract<EventTest, { readonly element: string }>): string {
  return `element ${path(element)} (${where.map(propertyTest).join(', ')})`;
}

function propertyTest({ property, is, as }: PropertyTest): string {
  return words(path(property), test(is), as === undefined ? '' : 'as number');
}

function test(is: object): string {
  const { ignoreCase, ...rest } = is as ValueTest & { readonly ignoreCase?: boolean };
  const [operator = '', operand] = Object.entries(rest)[0] ?? [];
  return words(operation(operator, operand), ignoreCase === true ? 'ignoring case' : '');
}

function operation(operator: string, operand: unknown): string {
  if (operator === 'exists') return operand === true ? 'exists' : 'is missing';
  if (operator === 'between') return `between ${(operand as unknown[]).map(value).join(' and ')}`;
  if (operator === 'oneOf') return `one of (${(operand as unknown[]).map(value).join(', ')})`;
  if (operator === 'anniversary') return `anniversary ${operand === 'today' ? 'today' : test(operand as object)}`;
  return `${SIGNS[operator] ?? operator} ${PLAIN.has(operator) ? String(operand) : value(operand)}`;
}

function value(operand: unknown): string {
  if (isJsonNumber(operand)) return String(operand);
  if (typeof operand === 'object' && operand !== null) {
    const [[place, at] = []] = Object.entries(operand) as [string, string][];
    return `${place} ${path(at ?? '')}`;
  }
  return JSON.stringify(operand);
}

function times({ within, after, before }: { within?: ConditionWindow; after?: string; before?: string }): string {
  return words(
    within === undefined ? '' : `within ${window(within)}`,
    after === undefined ? '' : `after ${after}`,
    before === undefined ? '' : `before ${before}`,
  );
}

function window(within: ConditionWindow): string {
  return typeof within === 'string' ? within : `from ${within.from} to ${within.to} ago`;
}

function path(text: string): string {
  return PLAIN_PATH.test(text) ? text : JSON.stringify(text);
}

function words(...all: readonly string[]): string {
  return all.filter((one) => one !== '').join(' ');
}
