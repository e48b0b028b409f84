import { ExactNumber } from '@hilo/exact-json';

/** Names to follow from a JSON object to a value inside it. */
export type Path = readonly string[];

/**
 * The path that the text names: names joined by dots; `\.` is a dot inside a name, `\\` a backslash. Null if a name is
 * empty or a backslash stands before anything else.
 */
export function readPath(text: string): Path | null {
  const names: string[] = [];
  let name = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === '\\') {
      const escaped = text[at + 1];
      if (escaped !== '.' && escaped !== '\\') return null;
      name += escaped;
      at += 1;
    } else if (character === '.') {
      if (name === '') return null;
      names.push(name);
      name = '';
    } else {
      name += character;
    }
  }
  if (name === '') return null;
  names.push(name);
  return names;
}

/**
 * True if the test passes for any value that the path reaches. An array on the way, or at the end, stands for each of
 * its elements. The path does not reach null and absent values.
 */
export function anyAt(value: unknown, path: Path, test: (value: unknown) => boolean, from = 0): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) {
    for (const element of value) if (anyAt(element, path, test, from)) return true;
    return false;
  }
  if (from === path.length) return test(value);
  const name = path[from] as string;
  if (typeof value !== 'object' || value instanceof ExactNumber || !Object.hasOwn(value, name)) return false;
  return anyAt((value as Record<string, unknown>)[name], path, test, from + 1);
}
