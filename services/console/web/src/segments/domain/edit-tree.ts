import { type Draft, type GroupDraft, type NewId, newGroup } from './draft.ts';

/** The tree with the node of the same id replaced; unchanged nodes stay the same objects. */
export function withNode(tree: Draft, node: Draft): Draft {
  if (tree.id === node.id) return node;
  return withMembers(tree, (members) => members.map((member) => withNode(member, node)));
}

/** The tree without the node of an id; the root stays. */
export function withoutNode(tree: Draft, id: string): Draft {
  return withMembers(tree, (members) =>
    members.filter((member) => member.id !== id).map((member) => withoutNode(member, id)),
  );
}

/** The tree with the node moved among its neighbours, `by` places towards the end; as it is if there is no such place. */
export function withMoved(tree: Draft, id: string, by: number): Draft {
  return withMembers(tree, (members) => {
    const from = members.findIndex((member) => member.id === id);
    const moved = members[from];
    if (moved === undefined) return members.map((member) => withMoved(member, id, by));
    const to = from + by;
    return to < 0 || to >= members.length ? members : members.toSpliced(from, 1).toSpliced(to, 0, moved);
  });
}

/** The tree with a group around the node, in which others can stand beside it. */
export function withGroupAround(tree: Draft, id: string, newId: NewId, match: GroupDraft['match'] = 'any'): Draft {
  if (tree.id === id) return newGroup(newId, match, [tree]);
  const inner = tree.kind === 'group' && tree.match === 'any' ? 'all' : 'any';
  return withMembers(tree, (members) => members.map((member) => withGroupAround(member, id, newId, inner)));
}

/** The tree with the members of a group in its place. A negated group stays, and so does a root of several members. */
export function withoutGroup(tree: Draft, id: string): Draft {
  if (tree.id === id) {
    const [only, ...others] = tree.kind === 'group' && tree.nots === 0 ? tree.members : [];
    return only === undefined || others.length > 0 ? tree : only;
  }
  return withMembers(tree, (members) =>
    members.flatMap((member) =>
      member.id === id && member.kind === 'group' && member.nots === 0 ? member.members : [withoutGroup(member, id)],
    ),
  );
}

function withMembers(tree: Draft, change: (members: readonly Draft[]) => readonly Draft[]): Draft {
  if (tree.kind !== 'group') return tree;
  const members = change(tree.members);
  const isSame = members.length === tree.members.length && members.every((one, index) => one === tree.members[index]);
  return isSame ? tree : { ...tree, members };
}
