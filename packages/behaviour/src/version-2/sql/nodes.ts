/** Bits in one column of a statement's answer. */
export const WORD = 32;

/** A condition made of bits that arms have found: an atom is true if its bit differs from `absent`. */
export type Node =
  | { readonly kind: 'atom'; readonly bit: number; readonly absent: boolean }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Node[] }
  | { readonly kind: 'not'; readonly of: Node };

/** Whether a condition holds for a profile, by the columns `m0`, `m1`, … of its row. */
export function nodeHolds(node: Node, words: readonly number[]): boolean {
  switch (node.kind) {
    case 'atom':
      return (((words[Math.floor(node.bit / WORD)] ?? 0) >>> (node.bit % WORD)) & 1) === (node.absent ? 0 : 1);
    case 'not':
      return !nodeHolds(node.of, words);
    case 'all':
      return node.of.every((one) => nodeHolds(one, words));
    case 'any':
      return node.of.some((one) => nodeHolds(one, words));
  }
}
