import { join } from 'node:path';
import { expect, test } from 'vitest';
import { camelCase } from './camel-case.ts';
import { fieldNames, readCode } from './field-names.ts';
import { repositoryFiles } from './repository.ts';

const root = join(import.meta.dirname, '../..');

test('a name in snake_case is that of a field on the wire or in a row; npm run casing renames all others', () => {
  const files = repositoryFiles(root);
  const code = readCode(root, files.code);
  const fields = fieldNames(root, code, files.data);
  const breaches = [...code].flatMap(([path, { names }]) =>
    names.filter(({ name }) => !fields.has(name)).map(({ name }) => `${path}: ${name} should be ${camelCase(name)}`),
  );
  expect([...new Set(breaches)]).toEqual([]);
}, 60_000);
