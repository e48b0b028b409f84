import { COUNT_OPERATORS, type Condition, type CountTest, type Scalar, UNITS, type ValueTest } from './condition.ts';
import { type CountDraft, type Draft, type NewId, scalarDraft, type TestDraft, type WithinDraft } from './draft.ts';

/** A saved condition as a draft. `conditionOf` returns exactly the same condition. */
export function draftOf(condition: Condition, newId: NewId): Draft {
  if ('not' in condition) {
    const inner = draftOf(condition.not, newId);
    return { ...inner, nots: inner.nots + 1 };
  }
  const node = { id: newId(), nots: 0 };
  if ('trait' in condition) return { ...node, kind: 'trait', path: condition.trait, test: testDraft(condition.is) };
  if ('did' in condition) {
    const { did, where = [], count, within } = condition;
    return {
      ...node,
      kind: 'did',
      event: did,
      where: where.map(({ property, is }) => ({ id: newId(), path: property, test: testDraft(is) })),
      count: count === undefined ? null : countDraft(count),
      within: within === undefined ? null : withinDraft(within),
    };
  }
  const [match, members] = 'all' in condition ? (['all', condition.all] as const) : (['any', condition.any] as const);
  return { ...node, kind: 'group', match, members: members.map((member) => draftOf(member, newId)) };
}

function testDraft(test: ValueTest): TestDraft {
  if ('exists' in test) return { operator: test.exists ? 'exists' : 'missing', values: [] };
  if ('oneOf' in test) return { operator: 'oneOf', values: test.oneOf.map(scalarDraft) };
  const [operator, value] = Object.entries(test)[0] as ['eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte', Scalar];
  return { operator, values: [scalarDraft(value)] };
}

function countDraft(count: CountTest): CountDraft {
  const bounds: Readonly<Record<string, number>> = count;
  const operator = COUNT_OPERATORS.find((one) => one in bounds) ?? 'gte';
  return { operator, times: String(bounds[operator] ?? 1) };
}

function withinDraft(within: string): WithinDraft {
  const [, amount = '', unit] = /^(\d+)([a-z]+)$/.exec(within) ?? [];
  return { amount, unit: UNITS.find((one) => one === unit) ?? 'd' };
}
