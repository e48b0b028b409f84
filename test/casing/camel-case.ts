import { type CodeNames, type NameInCode, type Word, wordsIn } from './names-in-code.ts';

/** The name in camelCase: `now_ms` becomes `nowMs`. */
export function camelCase(name: string): string {
  return name.replaceAll(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Names of variables that take another one than that in camelCase, since a function beside them has that one. */
export type OtherNames = Readonly<Record<string, string>>;

/** The text of a code file with those names in camelCase that are renamed. */
export function renamedCode(
  text: string,
  { names, inComments }: CodeNames,
  isRenamed: (name: string) => boolean,
  others: OtherNames = {},
): string {
  const inCode = names.filter(({ name }) => isRenamed(name)).map((one) => ({ ...one, to: newName(one, others) }));
  const beside = inComments.filter(({ name }) => isRenamed(name)).map((one) => ({ ...one, to: camelCase(one.name) }));
  return replaced(text, [...inCode, ...beside]);
}

/** Variables that would meet another of the same spelling in their file. */
export function collisions(
  { names, otherValues }: CodeNames,
  isRenamed: (name: string) => boolean,
  others: OtherNames = {},
): readonly string[] {
  const values = names.filter(({ name, role }) => role !== 'property' && isRenamed(name) && others[name] === undefined);
  return [...new Set(values.map(({ name }) => name))].filter((name) => otherValues.has(camelCase(name)));
}

/** The text of a page with those names renamed that stand in code: between backticks, or in a block of code. */
export function renamedPage(text: string, isRenamed: (name: string) => boolean): string {
  return text.replaceAll(/```[\s\S]*?```|`[^`\n]+`/g, (code) => {
    const words = wordsIn(code).filter(({ name }) => isRenamed(name));
    return replaced(
      code,
      words.map((word) => ({ ...word, to: camelCase(word.name) })),
    );
  });
}

function newName({ name, role }: NameInCode, others: OtherNames): string {
  const other = others[name];
  if (other === undefined || role === 'property') return camelCase(name);
  return role === 'value' ? other : `${camelCase(name)}: ${other}`;
}

function replaced(text: string, words: readonly (Word & { readonly to: string })[]): string {
  let result = '';
  let from = 0;
  for (const { name, start, to } of words.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(from, start) + to;
    from = start + name.length;
  }
  return result + text.slice(from);
}
