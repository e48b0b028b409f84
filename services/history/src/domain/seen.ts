import { canonicalNumeral, ExactNumber, isJsonNumber, type JsonNumber, parseJson } from '@hilo/exact-json';

/** A value that the segment language can compare with. */
export type Scalar = string | JsonNumber | boolean;

/** A path found in JSON texts, as the segment language writes it. */
export interface SeenPath {
  readonly path: string;
  /** How many of the texts have it. */
  readonly count: number;
  /** Kinds of its values, most frequent first. */
  readonly kinds: readonly ScalarKind[];
}

/** A value found at a path. */
export interface SeenValue {
  readonly value: Scalar;
  readonly count: number;
}

/** The kind of a value in the segment language. */
export type ScalarKind = 'text' | 'number' | 'boolean';

/** Limits of suggestions; deeper, longer or further values are skipped. */
export const SEEN_LIMITS = {
  paths: 200,
  values: 50,
  depth: 10,
  elements: 20,
  pathCharacters: 500,
  valueCharacters: 200,
  different: 10_000,
} as const;

/** Paths to values in JSON texts, most frequent first. A text that is not a JSON object has none. */
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

/** Values at a path in JSON texts, most frequent first; skips long texts. */
export function seenValues(texts: readonly string[], path: string): readonly SeenValue[] {
  const seen = new Map<unknown, [Scalar, number]>();
  for (const text of texts) {
    forEachValue(text, (at, value) => {
      if (at !== path || String(value).length > SEEN_LIMITS.valueCharacters) return;
      const name = value instanceof ExactNumber ? `number ${canonicalNumeral(value)}` : value;
      const entry = seen.get(name);
      if (entry !== undefined) entry[1] += 1;
      else if (seen.size < SEEN_LIMITS.different) seen.set(name, [value, 1]);
    });
  }
  return byCount([...seen.values()])
    .slice(0, SEEN_LIMITS.values)
    .map(([value, count]) => ({ value, count }));
}

function forEachValue(text: string, take: (path: string, value: Scalar) => void): void {
  const value = parsed(text);
  if (isObject(value)) walk(value, '', 0, take);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

/** Follows names into objects; a list stands for its elements, as in the segment language. */
function walk(value: unknown, path: string, depth: number, take: (path: string, value: Scalar) => void): void {
  if (Array.isArray(value)) {
    if (depth === SEEN_LIMITS.depth) return;
    for (const element of value.slice(0, SEEN_LIMITS.elements)) walk(element, path, depth + 1, take);
  } else if (typeof value === 'string' || typeof value === 'boolean' || isJsonNumber(value)) {
    take(path, value);
  } else if (typeof value === 'object' && value !== null) {
    if (depth === SEEN_LIMITS.depth) return;
    for (const [name, inner] of Object.entries(value)) {
      const next = path === '' ? written(name) : `${path}.${written(name)}`;
      if (name !== '' && next.length <= SEEN_LIMITS.pathCharacters) walk(inner, next, depth + 1, take);
    }
  }
}

/** A name in a path: a dot or a backslash inside it is escaped. */
function written(name: string): string {
  return name.replaceAll(/[.\\]/g, (character) => `\\${character}`);
}

function kindOf(value: Scalar): ScalarKind {
  if (typeof value === 'string') return 'text';
  return isJsonNumber(value) ? 'number' : 'boolean';
}

function byCount<T extends Scalar>(counts: readonly (readonly [T, number])[]): readonly (readonly [T, number])[] {
  return counts.toSorted(([a, aCount], [b, bCount]) => bCount - aCount || compare(String(a), String(b)));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}
