import type { Condition } from '../condition.ts';
import type { Problem } from '../../language/problems.ts';

/** Forms that need something of the service that evaluates: static lists. */
export type Optional = 'list';

/** What the segmentation service lacks: it has no lists. */
export const NOT_YET: readonly Optional[] = ['list'];

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
    if (form in condition) return [{ field: `${field}.${form}`, message: UNAVAILABLE }];
  }
  if ('list' in condition && missing.includes('list')) return [{ field: `${field}.list`, message: UNAVAILABLE }];
  return [];
}

const UNAVAILABLE = 'cannot be evaluated yet; use another condition';
