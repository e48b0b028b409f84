import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const PAGE = 'docs/follow-one-call.md';
/** Services and packages in the order in which the call passes them. */
const ORDER = [
  ...['ingestion', 'streaming', 'ingestion', 'identity', 'profile', 'segmentation', 'activation'],
  ...['history', 'streaming', 'history'],
];

/** Each file that the page links to, with the names in code that the page gives until the next link. */
function stations(text: string): { readonly path: string; readonly names: readonly string[] }[] {
  const [, ...parts] = text.split(/\]\(\.\.\/(?=packages|services)/);
  return parts.map((part) => {
    const path = part.slice(0, part.indexOf(')'));
    const names = [...part.matchAll(/`([A-Za-z_]+)`/g)].map((match) => match[1] ?? '');
    return { path, names };
  });
}

test('the page that follows one call names files and functions that exist, in the order of the stages', () => {
  const found = stations(readFileSync(PAGE, 'utf8'));
  expect(found.length).toBeGreaterThanOrEqual(30);
  expect(found.filter(({ path }) => !existsSync(path))).toEqual([]);
  const strangers = found.flatMap(({ path, names }) => {
    const code = readFileSync(path, 'utf8');
    return names.filter((name) => !code.includes(name)).map((name) => `${name} in ${path}`);
  });
  expect(strangers).toEqual([]);
  const folders = found.map(({ path }) => path.split('/')[1] ?? '');
  expect(folders.filter((folder, index) => folder !== folders[index - 1])).toEqual(ORDER);
});
