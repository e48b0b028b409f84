import {
  type CountTest as Version1CountTest,
  type DidCondition as Version1Did,
  readCondition as readVersion1,
} from '@hilo/behaviour';
import type { DidCondition } from '@hilo/behaviour/version-2';
import { createHash } from 'node:crypto';

const idsOfConditions = new WeakMap<DidCondition, string | null>();

/**
 * The name that an earlier release gave to the counter of a condition: each event, `where`, window and number of events to
 * remember had its own. Null for a condition that was not possible then. Found once for each object.
 */
export function counterIdOf(condition: DidCondition): string | null {
  const known = idsOfConditions.get(condition);
  if (known !== undefined) return known;
  const read = readVersion1(condition);
  const id = read.kind === 'condition' ? idOf(read.condition as Version1Did) : null;
  idsOfConditions.set(condition, id);
  return id;
}

function idOf({ did, where = [], count, within }: Version1Did): string {
  const tests = where.map(({ property, is }) => JSON.stringify([property, canonical(is)])).sort();
  const text = JSON.stringify([did, tests, within ?? null, neededFor(count)]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

/** How many events the counter remembered. */
function neededFor(count: Version1CountTest = { gte: 1 }): number {
  if ('gte' in count) return count.gte;
  if ('gt' in count) return count.gt + 1;
  if ('lt' in count) return count.lt;
  if ('lte' in count) return count.lte + 1;
  return 1 + ('eq' in count ? count.eq : count.ne);
}

function canonical(test: object): unknown {
  return 'oneOf' in test
    ? { oneOf: [...(test.oneOf as unknown[])].map((value) => JSON.stringify(value)).sort() }
    : test;
}
