import type { Condition, EventTest, PropertyTest } from '../condition.ts';
import type { Problem } from '../../language/problems.ts';

/** Forms that need something of the service that evaluates: static lists. */
export type Optional = 'list';

/**
 * What the stream cannot evaluate in a condition, with its places; empty: it evaluates all of it. `missing`: what the service
 * lacks.
 */
export function notEvaluated(
  condition: Condition,
  missing: readonly Optional[] = [],
  field = 'condition',
): readonly Problem[] {
  if ('all' in condition) {
    return condition.all.flatMap((one, index) => notEvaluated(one, missing, `${field}.all[${index}]`));
  }
  if ('any' in condition) {
    return condition.any.flatMap((one, index) => notEvaluated(one, missing, `${field}.any[${index}]`));
  }
  if ('not' in condition) return notEvaluated(condition.not, missing, `${field}.not`);
  for (const form of ['consent', 'account', 'group'] as const) {
    if (form in condition) return [{ field: `${field}.${form}`, message: NOT_YET }];
  }
  if ('list' in condition && missing.includes('list')) return [{ field: `${field}.list`, message: NOT_YET }];
  if ('sequence' in condition) {
    return condition.sequence.flatMap((step, index) => {
      const place = `${field}.sequence[${index}]`;
      const without = 'without' in step ? (step.without ?? []) : [];
      return [
        ...inWhere(step.where, place),
        ...without.flatMap((event, at) => inWhere(event.where, `${place}.without[${at}]`)),
      ];
    });
  }
  return 'where' in condition ? inWhere(condition.where, field) : [];
}

const NOT_YET = 'cannot be evaluated yet; use another condition';
const OF_TRAIT = 'compares with a trait, which is not possible yet for an event; compare with a value or a property';
const RELATIVE =
  'depends on the moment of the question, which is not possible for an event; use "before" or "after", or "within" of the condition';

function inWhere(where: readonly EventTest[] | undefined, field: string): readonly Problem[] {
  return (where ?? []).flatMap((test, index) => inEventTest(test, `${field}.where[${index}]`));
}

function inEventTest(test: EventTest, field: string): readonly Problem[] {
  return 'element' in test ? inWhere(test.where, field) : inPropertyTest(test, field);
}

function inPropertyTest({ is }: PropertyTest, field: string): readonly Problem[] {
  return Object.entries(is as Readonly<Record<string, unknown>>).flatMap(([operator, value]) => {
    const place = `${field}.is.${operator}`;
    if (['withinLast', 'withinNext', 'anniversary'].includes(operator)) return [{ field: place, message: RELATIVE }];
    const isTrait = typeof value === 'object' && value !== null && 'trait' in value;
    return isTrait ? [{ field: `${place}.trait`, message: OF_TRAIT }] : [];
  });
}
