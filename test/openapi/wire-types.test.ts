import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTRACTS } from './contracts.ts';
import { repeatedWireTypes } from './wire-types.ts';

const pages = join(import.meta.dirname, '../../services/console/web/src');

test('the pages repeat no type of a contract', () => {
  const paths = globSync('**/*.{ts,tsx}', { cwd: pages });
  expect(paths.length).toBeGreaterThan(100);
  const found = paths.flatMap((path) =>
    repeatedWireTypes(readFileSync(join(pages, path), 'utf8'), CONTRACTS).map((repeat) => `${path}: ${repeat}`),
  );
  expect(found).toEqual([]);
});

const SESSION = 'console Session';
test.each([
  ['interface A { readonly user: { readonly x: string }; readonly csrf: string; readonly time_zone: string }', SESSION],
  ['export interface A<T> extends B {\n  csrf: T;\n  timeZone?: string;\n  user: Record<string, string>;\n}', SESSION],
  ['type A = {\n  readonly csrf: string;\n  readonly user: User;\n  readonly timeZone: string;\n};', SESSION],
  ['interface A { readonly email: string; readonly name: string; readonly role: Role }', 'console Session'],
])('a copy is found: %j', (text, schema) => {
  expect(repeatedWireTypes(text, CONTRACTS)).toEqual([`A repeats ${schema}`]);
});

test.each([
  'interface A { readonly csrf: string; readonly user: User }',
  'interface A { readonly csrf: string; readonly user: User; readonly colour: string }',
  'type A = { readonly csrf: string } | { readonly user: User } | { readonly time_zone: string };',
  "type A = SchemaOf<Api, 'Session'>;",
])('and nothing else is: %j', (text) => {
  expect(repeatedWireTypes(text, CONTRACTS)).toEqual([]);
});
