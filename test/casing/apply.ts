/**
 * Program behind `npm run casing`: brings names of values, functions, parameters and properties into camelCase, but for the names
 * of fields on the wire and in rows (ADR 41). With `--dry` it only says what it would do; with `--fields`, which names are
 * fields, and where it found each. Format and build afterwards.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { camelCase, collisions, renamedCode, renamedPage } from './camel-case.ts';
import { fieldNames, readCode } from './field-names.ts';
import { OTHER_NAMES } from './other-names.ts';
import { repositoryFiles } from './repository.ts';

const root = join(import.meta.dirname, '../..');
const isDry = process.argv.includes('--dry');
const say = (line: string) => process.stdout.write(`${line}\n`);

const files = repositoryFiles(root);
const code = readCode(root, files.code);
const fields = fieldNames(root, code, files.data);
const isField = (name: string) => fields.has(name);

const counts = new Map<string, number>();
for (const { names } of code.values()) for (const { name } of names) counts.set(name, (counts.get(name) ?? 0) + 1);
const isRenamed = (name: string) => counts.has(name) && !isField(name);
const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
if (process.argv.includes('--fields'))
  for (const [name, count] of sorted) if (isField(name)) say(`${name} ${count}: ${fields.get(name)}`);
if (isDry) for (const [name, count] of sorted) if (!isField(name)) say(`${name} ${count}: ${camelCase(name)}`);

for (const [path, names] of code) {
  const met = collisions(names, isRenamed, OTHER_NAMES[path]);
  if (met.length > 0) say(`! ${path}: ${met.join(', ')} would meet a name that is there`);
  if (!isDry) change(path, (text) => renamedCode(text, names, isRenamed, OTHER_NAMES[path]));
}
if (!isDry) for (const path of files.pages) change(path, (text) => renamedPage(text, isRenamed));
const renamed = sorted.filter(([name]) => !isField(name));
say(`${renamed.length} names renamed, ${sorted.length - renamed.length} names of fields kept`);

function change(path: string, by: (text: string) => string): void {
  const text = readFileSync(join(root, path), 'utf8');
  const changed = by(text);
  if (changed !== text) writeFileSync(join(root, path), changed);
}
