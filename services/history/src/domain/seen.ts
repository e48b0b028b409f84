/** A value that the segment language can compare with. */
export type Scalar = string | number | boolean;

/** A path that was seen in JSON texts, as the segment language writes it. */
export interface SeenPath {
  readonly path: string;
  /** In how many of the texts. */
  readonly count: number;
  /** Kinds of its values, the most frequent first. */
  readonly kinds: readonly ScalarKind[];
}

/** A value that was seen at a path. */
export interface SeenValue {
  readonly value: Scalar;
  readonly count: number;
}

/** What a value is to the segment language. */
export type ScalarKind = 'text' | 'number' | 'boolean';

/** What is told at most; what is deeper, longer or more is passed over. */
export const SEEN_LIMITS = {
  paths: 200,
  values: 50,
  depth: 10,
  elements: 20,
  path_characters: 500,
  value_characters: 200,
  different: 10_000,
} as const;

/** Paths to values in JSON texts, the most frequent first. What is no JSON object has none. */
export function seenPaths(texts: readonly string[]): readonly SeenPath[] {
  const seen = new Map<string, { count: number; readonly kinds: Map<ScalarKind, number> }>();
  for (const text of texts) {
    const counted = new Set<string>();
    forEachValue(text, (path, value) => {
      const entry = seen.get(path) ?? { count: 0, kinds: new Map<ScalarKind, number>() };
      if (entry.count === 0 && seen.size >= SEEN_LIMITS.different) return;
      seen.set(path, entry);
      if (!counted.has(path)) entry.count += 1;
      counted.add(path);
      const kind = kindOf(value);
      entry.kinds.set(kind, (entry.kinds.get(kind) ?? 0) + 1);
    });
  }
  return [...seen]
    .map(([path, { count, kinds }]) => ({ path, count, kinds: byCount([...kinds]).map(([kind]) => kind) }))
    .sort((a, b) => b.count - a.count || compare(a.path, b.path))
    .slice(0, SEEN_LIMITS.paths);
}

/** Values at a path in JSON texts, the most frequent first; long texts are none to choose from. */
export function seenValues(texts: readonly string[], path: string): readonly SeenValue[] {
  const seen = new Map<Scalar, number>();
  for (const text of texts) {
    forEachValue(text, (at, value) => {
      if (at !== path || isRounded(value) || String(value).length > SEEN_LIMITS.value_characters) return;
      if (seen.has(value) || seen.size < SEEN_LIMITS.different) seen.set(value, (seen.get(value) ?? 0) + 1);
    });
  }
  return byCount([...seen])
    .slice(0, SEEN_LIMITS.values)
    .map(([value, count]) => ({ value, count }));
}

/** A number that a double may not hold: as a value to choose it would be another one than was sent. */
function isRounded(value: Scalar): boolean {
  return typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER;
}

function forEachValue(text: string, take: (path: string, value: Scalar) => void): void {
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) walk(value, '', 0, take);
}

/** Follows names into objects; a list stands for its elements, as in the segment language. */
function walk(value: unknown, path: string, depth: number, take: (path: string, value: Scalar) => void): void {
  if (Array.isArray(value)) {
    if (depth === SEEN_LIMITS.depth) return;
    for (const element of value.slice(0, SEEN_LIMITS.elements)) walk(element, path, depth + 1, take);
  } else if (typeof value === 'object' && value !== null) {
    if (depth === SEEN_LIMITS.depth) return;
    for (const [name, inner] of Object.entries(value)) {
      const next = path === '' ? written(name) : `${path}.${written(name)}`;
      if (name !== '' && next.length <= SEEN_LIMITS.path_characters) walk(inner, next, depth + 1, take);
    }
  } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    take(path, value);
  }
}

/** A name as it stands in a path: a dot or a backslash inside it has a backslash before it. */
function written(name: string): string {
  return name.replaceAll(/[.\\]/g, (character) => `\\${character}`);
}

function kindOf(value: Scalar): ScalarKind {
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' ? 'number' : 'boolean';
}

function byCount<T extends Scalar>(counts: readonly (readonly [T, number])[]): readonly (readonly [T, number])[] {
  return counts.toSorted(([a, a_count], [b, b_count]) => b_count - a_count || compare(String(a), String(b)));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
