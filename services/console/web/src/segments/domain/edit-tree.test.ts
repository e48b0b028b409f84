import type { Condition } from '@hilo/behaviour/version-2/language';
import { describe, expect, it } from 'vitest';
import { conditionOf } from './condition-of.ts';
import { countingIds, type Draft, draftOf, newLeaf } from './draft.ts';
import { withGroupAround, withMoved, withNode, withoutGroup, withoutNode } from './edit-tree.ts';

const TREE: Condition = { all: [{ did: 'A' }, { any: [{ did: 'B' }, { did: 'C' }] }, { did: 'D' }] };

/** Ids of the nodes: the tree's, A, the group's, B, C and D. */
const IDS = { root: 'n6', a: 'n1', group: 'n4', b: 'n2', c: 'n3', d: 'n5' } as const;

function tree(): Draft {
  return draftOf(TREE, countingIds());
}

function saved(draft: Draft): Condition | null {
  const read = conditionOf(draft);
  return read.kind === 'condition' ? read.condition : null;
}

describe('editing', () => {
  it('names every node', () => {
    const ids = (draft: Draft): readonly string[] =>
      draft.kind === 'group' ? [draft.id, ...draft.members.flatMap(ids)] : [draft.id];
    expect(ids(tree())).toEqual(Object.values({ r: IDS.root, a: IDS.a, g: IDS.group, b: IDS.b, c: IDS.c, d: IDS.d }));
  });

  it('replaces one node and leaves the others as they are', () => {
    const draft = tree();
    const edited = withNode(draft, { ...newLeaf(countingIds(), { did: 'Z' }), id: IDS.c });
    expect(saved(edited)).toEqual({ all: [{ did: 'A' }, { any: [{ did: 'B' }, { did: 'Z' }] }, { did: 'D' }] });
    expect(edited.kind === 'group' && draft.kind === 'group' && edited.members[0] === draft.members[0]).toBe(true);
  });

  it.each<[string, (draft: Draft) => Draft, Condition]>([
    [
      'takes a node out',
      (draft) => withoutNode(draft, IDS.b),
      { all: [{ did: 'A' }, { any: [{ did: 'C' }] }, { did: 'D' }] },
    ],
    [
      'moves a node down',
      (draft) => withMoved(draft, IDS.b, 1),
      { all: [{ did: 'A' }, { any: [{ did: 'C' }, { did: 'B' }] }, { did: 'D' }] },
    ],
    ['moves nothing beyond the end', (draft) => withMoved(draft, IDS.d, 1), TREE],
    [
      'puts a group around a node, whose members are chosen from',
      (draft) => withGroupAround(draft, IDS.a, countingIds('g')),
      { all: [{ any: [{ did: 'A' }] }, { any: [{ did: 'B' }, { did: 'C' }] }, { did: 'D' }] },
    ],
    [
      'dissolves a group',
      (draft) => withoutGroup(draft, IDS.group),
      { all: [{ did: 'A' }, { did: 'B' }, { did: 'C' }, { did: 'D' }] },
    ],
    ['keeps the outermost group of several', (draft) => withoutGroup(draft, IDS.root), TREE],
    ['keeps a negated group', (draft) => withoutGroup({ ...draft, nots: 1 }, IDS.root), { not: TREE }],
  ])('%s', (_what, edit, expected) => {
    expect(saved(edit(tree()))).toEqual(expected);
  });

  it('dissolves the outermost group of one', () => {
    const draft = draftOf({ all: [{ did: 'A' }] }, countingIds());
    expect(saved(withoutGroup(draft, draft.id))).toEqual({ did: 'A' });
    expect(saved(withGroupAround(draft, draft.id, countingIds('g')))).toEqual({ any: [{ all: [{ did: 'A' }] }] });
  });
});
