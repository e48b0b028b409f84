import { COUNT_OPERATORS, VALUE_OPERATORS } from './condition.ts';

/** Whether the builder has all forms of the condition. The language has more, which only the API saves. */
export function isBuildable(condition: object): boolean {
  if ('all' in condition || 'any' in condition) {
    const members = 'all' in condition ? condition.all : (condition as { readonly any: unknown }).any;
    return Array.isArray(members) && members.every((member: object) => isBuildable(member));
  }
  if ('not' in condition) return isBuildable(condition.not as object);
  if ('trait' in condition) return hasOnly(condition, ['trait', 'is']) && isTest(condition);
  if (!('did' in condition) || typeof condition.did !== 'string') return false;
  const { where = [], count, within } = condition as { where?: readonly object[]; count?: object; within?: unknown };
  return (
    hasOnly(condition, ['did', 'where', 'count', 'within']) &&
    where.every((test) => hasOnly(test, ['property', 'is']) && isTest(test)) &&
    (count === undefined || hasOnly(count, COUNT_OPERATORS)) &&
    (within === undefined || (typeof within === 'string' && /^\d+[a-z]+$/.test(within)))
  );
}

function isTest(test: object): boolean {
  const { is } = test as { readonly is?: object };
  if (is === undefined || !hasOnly(is, VALUE_OPERATORS)) return false;
  return Object.values(is).every((value) => !isOperand(value));
}

/** Another path to compare with. */
function isOperand(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('property' in value || 'trait' in value);
}

function hasOnly(object: object, names: readonly string[]): boolean {
  return Object.keys(object).every((name) => names.includes(name));
}
