import type { Condition } from '@hilo/behaviour/version-2/language';

/** A condition that is no group, and where it stands, as a preview names the place. */
export interface Leaf {
  readonly field: string;
  readonly condition: Condition;
}

/** The conditions in a condition, groups and negations left out. */
export function leavesOf(condition: Condition, field = 'condition'): readonly Leaf[] {
  if ('all' in condition) return condition.all.flatMap((one, index) => leavesOf(one, `${field}.all[${index}]`));
  if ('any' in condition) return condition.any.flatMap((one, index) => leavesOf(one, `${field}.any[${index}]`));
  if ('not' in condition) return leavesOf(condition.not, `${field}.not`);
  return [{ field, condition }];
}
