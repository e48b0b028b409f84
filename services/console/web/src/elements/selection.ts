/** Ids that somebody chose. */
export type Selection = ReadonlySet<string>;

/** The selection with an id in it, or without. */
export function withId(selection: Selection, id: string, isIn: boolean): Selection {
  const next = new Set(selection);
  if (isIn) next.add(id);
  else next.delete(id);
  return next;
}

/** How much of a page is chosen. */
export function partOf(selection: Selection, page: readonly string[]): 'none' | 'some' | 'all' {
  const chosen = page.filter((id) => selection.has(id)).length;
  if (chosen === 0) return 'none';
  return chosen === page.length ? 'all' : 'some';
}

/** How many items ended in each state, most frequent first. */
export function tallyOf<State extends string>(
  outcomes: readonly { readonly state: State }[],
): readonly (readonly [State, number])[] {
  const counts = new Map<State, number>();
  for (const { state } of outcomes) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
