import type { Condition } from '../condition.ts';
import type { Problem } from '../../language/problems.ts';

/** What the stream cannot evaluate in a condition, with its places; empty: it evaluates all of it. */
export function notEvaluated(condition: Condition, field = 'condition'): readonly Problem[] {
  if ('all' in condition) {
    return condition.all.flatMap((one, index) => notEvaluated(one, `${field}.all[${index}]`));
  }
  if ('any' in condition) {
    return condition.any.flatMap((one, index) => notEvaluated(one, `${field}.any[${index}]`));
  }
  if ('not' in condition) return notEvaluated(condition.not, `${field}.not`);
  for (const form of ['consent', 'account', 'group'] as const) {
    if (form in condition) return [{ field: `${field}.${form}`, message: UNAVAILABLE }];
  }
  return [];
}

const UNAVAILABLE = 'cannot be evaluated yet; use another condition';
