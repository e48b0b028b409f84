import type { Condition, CountTest, DidCondition } from './condition.ts';

/**
 * What happens to people when a segment's condition is replaced. `leave`: nobody meets the new one yet; `stay`:
 * everybody does; `open`: it depends on each person.
 */
export type MemberFate = 'leave' | 'stay' | 'open';

/**
 * The fate of people under a new condition, as far as the conditions alone say. What no condition in force (`known`,
 * of any segment) has counted so far begins at zero for everybody; nothing is assumed about the rest.
 */
export function memberFate(condition: Condition, known: readonly Condition[]): MemberFate {
  const counted = new Set(known.flatMap(didsOf).map(countedAs));
  const holds = holdsForAll(condition, (did) => !counted.has(countedAs(did)));
  return holds === null ? 'open' : holds ? 'stay' : 'leave';
}

/** Whether two conditions are written alike. */
export function sameCondition(one: Condition, other: Condition): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

/** Null: it differs from person to person, or is not known. */
function holdsForAll(condition: Condition, begins: (did: DidCondition) => boolean): boolean | null {
  if ('all' in condition) return allOf(condition.all.map((member) => holdsForAll(member, begins)));
  if ('any' in condition) return inverse(allOf(condition.any.map((member) => inverse(holdsForAll(member, begins)))));
  if ('not' in condition) return inverse(holdsForAll(condition.not, begins));
  if ('did' in condition) return begins(condition) ? zeroPasses(condition.count ?? { gte: 1 }) : null;
  return null;
}

function allOf(parts: readonly (boolean | null)[]): boolean | null {
  if (parts.includes(false)) return false;
  return parts.includes(null) ? null : true;
}

function inverse(holds: boolean | null): boolean | null {
  return holds === null ? null : !holds;
}

function zeroPasses(test: CountTest): boolean {
  if ('gte' in test) return test.gte <= 0;
  if ('gt' in test) return test.gt < 0;
  if ('lte' in test) return test.lte >= 0;
  if ('lt' in test) return test.lt > 0;
  return 'eq' in test ? test.eq === 0 : test.ne !== 0;
}

function didsOf(condition: Condition): readonly DidCondition[] {
  if ('all' in condition) return condition.all.flatMap(didsOf);
  if ('any' in condition) return condition.any.flatMap(didsOf);
  if ('not' in condition) return didsOf(condition.not);
  return 'did' in condition ? [condition] : [];
}

/** What is counted, without how often: a bound that is not exactly the same may have been counted for, too. */
function countedAs({ did, where = [], within }: DidCondition): string {
  const tests = where.map((test) => JSON.stringify(inOrder(test))).sort();
  return JSON.stringify([did, tests, within ?? null]);
}

/** A value with the names of its fields in order. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const sorted = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, inner]) => [name, inOrder(inner)]));
}
