/** By generation the names of the parts of the past that a profile has, sorted: each is added once, however often it comes. */
export type Pasts = ReadonlyMap<number, readonly string[]>;

/** The past that both profiles have taken. Commutative and associative. */
export function mergedPasts(one: Pasts, other: Pasts): Pasts {
  if (other.size === 0) return one;
  const merged = new Map(one);
  for (const [generation, names] of other)
    merged.set(generation, [...new Set([...(merged.get(generation) ?? []), ...names])].sort());
  return merged;
}

/** Without generations that no definition asks for; the same object if there are none. */
export function knownPasts(pasts: Pasts, generations: Iterable<number>): Pasts {
  if (pasts.size === 0) return pasts;
  const known = new Set(generations);
  const kept = [...pasts].filter(([generation]) => known.has(generation));
  return kept.length === pasts.size ? pasts : new Map(kept);
}
