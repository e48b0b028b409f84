import { isJsonNumber } from '@hilo/exact-json';
import type { Condition, EventSelector, EventTest, PropertyTest, Step, ValueTest } from './condition.ts';
import { DATE_OPERATORS, TEXT_OPERATORS } from './limits.ts';

/** The kind of values that a test can ask for. */
export type ValueKind = 'text' | 'number' | 'boolean';

/** A place where a condition reads values, so that somebody can look whether values stand there, and of which kind. */
export interface ValueNeed {
  /** The place in the condition, such as `condition.all[0].where[1].property`. */
  readonly field: string;
  /** The events whose values are read; null: the traits of profiles. */
  readonly of: EventSelector | null;
  /** Null: none, the condition asks only whether there are such events. */
  readonly path: string | null;
  /** The kind that a value must have to count; null: any. */
  readonly kind: ValueKind | null;
  /** True if numbers at the path are added up or compared: then the events' currency matters. */
  readonly isAmount: boolean;
}

const NUMBER_TESTS = ['gt', 'gte', 'lt', 'lte', 'between'] as const;
const TEXT_TESTS = [...TEXT_OPERATORS, ...DATE_OPERATORS] as const;

/**
 * Where a condition reads values, in its order. Values that it compares with other values, and those of other segments and of
 * accounts, are left out.
 */
export function valueNeeds(condition: Condition, field = 'condition'): readonly ValueNeed[] {
  if ('all' in condition) return ofGroup(condition.all, `${field}.all`);
  if ('any' in condition) return ofGroup(condition.any, `${field}.any`);
  if ('not' in condition) return valueNeeds(condition.not, `${field}.not`);
  if ('trait' in condition) {
    const { trait: path, is, as } = condition;
    return [{ field: `${field}.trait`, of: null, path, kind: kindOf(is, as), isAmount: false }];
  }
  if ('did' in condition) return ofEvents(condition.did, condition.where, field, 'did');
  if ('regular' in condition) return ofEvents(condition.regular, condition.where, field, 'regular');
  if ('sequence' in condition) {
    return condition.sequence.flatMap((step, index) => ofStep(step, `${field}.sequence[${index}]`));
  }
  if ('first' in condition || 'last' in condition) {
    const form = 'first' in condition ? 'first' : 'last';
    const of = 'first' in condition ? condition.first : condition.last;
    const { property, is, where } = condition;
    const events = ofEvents(of, where, field, form);
    if (property === undefined) return events;
    const kind = 'olderThan' in is || 'newerThan' in is ? null : kindOf(is, undefined);
    return [...events, { field: `${field}.property`, of, path: property, kind, isAmount: false }];
  }
  if (!('of' in condition)) return [];
  const { of, where } = condition;
  const events = ofEvents(of, where, field, 'of');
  if ('distinct' in condition) {
    return [...events, { field: `${field}.distinct`, of, path: condition.distinct, kind: null, isAmount: false }];
  }
  const [form, path] = amountOf(condition);
  return [...events, { field: `${field}.${form}`, of, path, kind: 'number', isAmount: true }];
}

type AmountCondition = Extract<Condition, { readonly of: unknown }>;

function amountOf(condition: Exclude<AmountCondition, { readonly distinct: unknown }>): readonly [string, string] {
  if ('sum' in condition) return ['sum', condition.sum];
  if ('avg' in condition) return ['avg', condition.avg];
  return 'min' in condition ? ['min', condition.min] : ['max', condition.max];
}

function ofGroup(conditions: readonly Condition[], field: string): readonly ValueNeed[] {
  return conditions.flatMap((condition, index) => valueNeeds(condition, `${field}[${index}]`));
}

function ofStep(step: Step, field: string): readonly ValueNeed[] {
  if ('none' in step) return ofEvents(step.none, step.where, field, 'none');
  const without = (step.without ?? []).flatMap(({ did, where }, index) =>
    ofEvents(did, where, `${field}.without[${index}]`, 'did'),
  );
  return [...ofEvents(step.did, step.where, field, 'did'), ...without];
}

function ofEvents(
  of: EventSelector,
  where: readonly EventTest[] | undefined,
  field: string,
  form: string,
): readonly ValueNeed[] {
  const events: ValueNeed = { field: `${field}.${form}`, of, path: null, kind: null, isAmount: false };
  const tests = (where ?? []).flatMap((test, index) => ofTest(of, test, `${field}.where[${index}]`));
  return [events, ...tests];
}

function ofTest(of: EventSelector, test: EventTest, field: string): readonly ValueNeed[] {
  if ('property' in test) return [ofProperty(of, test, test.property, field)];
  return test.where.map((one, index) =>
    ofProperty(of, one, `${test.element}.${one.property}`, `${field}.where[${index}]`),
  );
}

function ofProperty(of: EventSelector, { is, as }: PropertyTest, path: string, field: string): ValueNeed {
  return { field: `${field}.property`, of, path, kind: kindOf(is, as), isAmount: false };
}

/** The kind of value that can pass a test; null: several, or any. */
function kindOf(is: ValueTest, as: 'number' | undefined): ValueKind | null {
  if (TEXT_TESTS.some((operator) => operator in is)) return 'text';
  // Texts that are numbers pass then, too.
  if (as !== undefined) return null;
  if (NUMBER_TESTS.some((operator) => operator in is)) return 'number';
  const compared = 'oneOf' in is ? is.oneOf : 'eq' in is ? [is.eq] : 'ne' in is ? [is.ne] : [];
  const kinds = new Set(compared.map(kindOfScalar));
  const [kind = null] = kinds;
  return kinds.size === 1 ? kind : null;
}

function kindOfScalar(value: unknown): ValueKind | null {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  return isJsonNumber(value) ? 'number' : null;
}
