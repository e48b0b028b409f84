import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryCondition } from './testing/arbitrary-condition.ts';
import type { Condition } from './condition.ts';
import { conditionOf } from './condition-of.ts';
import { countingIds, type DidDraft, type Draft, newDid, newGroup, newTrait, newWhere } from './draft.ts';
import { draftOf } from './draft-of.ts';
import { withNode, withoutNode } from './draft.ts';

const examples: readonly Condition[] = [
  { did: 'Order Completed', count: { gte: 2 }, within: '10m' },
  { trait: 'address.country', is: { oneOf: ['Spain', 'Portugal', 7, true, '7'] } },
  { all: [{ did: 'A' }, { not: { not: { did: 'A', within: '6mo' } } }] },
  { any: [{ trait: 'a\\.b', is: { exists: false } }] },
  { did: 'Order Completed', where: [{ property: 'revenue', is: { gte: 1000.5 } }], count: { eq: 0 } },
];

function faultsOf(draft: Draft): readonly string[] {
  const result = conditionOf(draft);
  return result.kind === 'faults' ? result.faults.map(({ part, code }) => `${part}: ${code}`) : [];
}

describe('a definition in the builder', () => {
  it.each(examples.map((condition) => [condition]))('comes back as it was: %j', (condition) => {
    expect(conditionOf(draftOf(condition, countingIds()))).toEqual({ kind: 'condition', condition });
  });

  it('comes back as it was, whatever it is', () => {
    fc.assert(
      fc.property(arbitraryCondition, (condition) => {
        expect(conditionOf(draftOf(condition, countingIds()))).toEqual({ kind: 'condition', condition });
      }),
    );
  });

  it('gives every node a name of its own', () => {
    fc.assert(
      fc.property(arbitraryCondition, (condition) => {
        const ids = idsOf(draftOf(condition, countingIds()));
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});

describe('a draft that is not finished', () => {
  const newId = countingIds('x');
  const did: DidDraft = { ...newDid(newId), event: 'A' };

  it.each<[string, Draft, string]>([
    ['an event without a name', newDid(newId), 'event: event-empty'],
    ['a trait without a name', newTrait(newId), 'path: path-empty'],
    ['a path with an empty name', { ...newTrait(newId), path: 'a..b' }, 'path: path-malformed'],
    ['a property without a name', { ...did, where: [newWhere(newId)] }, 'path: path-empty'],
    ['a count that is no number', { ...did, count: { operator: 'gte', times: 'two' } }, 'count: count-malformed'],
    ['a count out of bounds', { ...did, count: { operator: 'gte', times: '10001' } }, 'count: count-malformed'],
    ['a window of nothing', { ...did, within: { amount: '0', unit: 'd' } }, 'within: within-malformed'],
    ['an empty group', { ...newGroup(newId, 'all'), members: [] }, 'node: group-empty'],
    [
      'a number that is none',
      { ...newTrait(newId), path: 'a', test: { operator: 'gt', values: [{ kind: 'number', text: 'x' }] } },
      'value: value-no-number',
    ],
    [
      'a number that is missing',
      { ...newTrait(newId), path: 'a', test: { operator: 'eq', values: [{ kind: 'number', text: ' ' }] } },
      'value: value-empty',
    ],
    [
      'one of nothing',
      { ...newTrait(newId), path: 'a', test: { operator: 'oneOf', values: [] } },
      'value: values-none',
    ],
    ['nesting without end', { ...did, nots: 10 }, 'node: too-deep'],
    [
      'more conditions than may be',
      { ...newGroup(newId, 'any'), members: Array.from({ length: 101 }, () => ({ ...did, id: newId() })) },
      'node: too-many',
    ],
  ])('names its fault: %s', (_name, draft, fault) => {
    expect(faultsOf(draft)).toEqual([fault]);
  });

  it('names every fault at once', () => {
    const group = { ...newGroup(newId, 'all'), members: [newDid(newId), newTrait(newId)] };
    expect(faultsOf(group)).toHaveLength(2);
  });
});

describe('editing', () => {
  it('replaces one node and leaves the others as they are', () => {
    const draft = draftOf({ all: [{ did: 'A' }, { any: [{ did: 'B' }, { did: 'C' }] }] }, countingIds());
    const target = idsOf(draft).at(-1) ?? '';
    const edited = withNode(draft, { ...newDid(countingIds()), id: target, event: 'Z' });
    expect(conditionOf(edited)).toEqual({
      kind: 'condition',
      condition: { all: [{ did: 'A' }, { any: [{ did: 'B' }, { did: 'Z' }] }] },
    });
    expect(edited.kind === 'group' && draft.kind === 'group' && edited.members[0] === draft.members[0]).toBe(true);
  });

  it('takes a node out, however deep it is', () => {
    const draft = draftOf({ all: [{ did: 'A' }, { not: { any: [{ did: 'B' }, { did: 'C' }] } }] }, countingIds());
    expect(conditionOf(withoutNode(draft, idsOf(draft).at(-1) ?? ''))).toEqual({
      kind: 'condition',
      condition: { all: [{ did: 'A' }, { not: { any: [{ did: 'B' }] } }] },
    });
  });
});

function idsOf(draft: Draft): readonly string[] {
  if (draft.kind === 'group') return [draft.id, ...draft.members.flatMap(idsOf)];
  return draft.kind === 'did' ? [draft.id, ...draft.where.map(({ id }) => id)] : [draft.id];
}
