/** A list with one of its items at another place; the others keep their order. */
export function movedTile<T>(tiles: readonly T[], from: number, to: number): readonly T[] {
  const moved = tiles[from];
  return moved === undefined ? tiles : tiles.toSpliced(from, 1).toSpliced(to, 0, moved);
}
