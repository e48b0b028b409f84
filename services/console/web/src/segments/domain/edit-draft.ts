import type { Draft } from './draft.ts';

/** The tree with the node of the same id replaced; nodes that don't change stay the same objects. */
export function withNode(tree: Draft, node: Draft): Draft {
  if (tree.id === node.id) return node;
  if (tree.kind !== 'group') return tree;
  const members = tree.members.map((member) => withNode(member, node));
  return members.every((member, index) => member === tree.members[index]) ? tree : { ...tree, members };
}

/** The tree without the node of an id; the root stays. */
export function withoutNode(tree: Draft, id: string): Draft {
  if (tree.kind !== 'group') return tree;
  const members = tree.members.filter((member) => member.id !== id).map((member) => withoutNode(member, id));
  const same = members.length === tree.members.length && members.every((one, index) => one === tree.members[index]);
  return same ? tree : { ...tree, members };
}
