import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { STAGES } from '@hilo/schemas';
import { describe, expect, test } from 'vitest';
import { breachesOf, circlesAmong } from './house-rules.ts';

const root = join(import.meta.dirname, '..');
/** The rules and their examples name what they forbid. */
const OWN_FILES = new Set(['test/house-rules.ts', 'test/tidy.test.ts']);
/** Of the console. */
const PAGES = 'services/console/web/src';
const folders = '{schemas,packages,services,infra,test}';
const paths = globSync(`${folders}/**/*.{ts,tsx,mjs,sql}`, {
  cwd: root,
  exclude: (name) => ['node_modules', 'dist', '.cache'].includes(name),
})
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !OWN_FILES.has(path) && !/\/(node_modules|dist)\//.test(path));

const files = paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

test('the whole repository keeps the rules of the house', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(files.flatMap((file) => breachesOf(file))).toEqual([]);
});

test('no files import each other in a circle', () => {
  expect(circlesAmong(files)).toEqual([]);
});

test('every stage is a service of the same parts', () => {
  const parts = ['config.ts', 'main.ts', 'ports.ts', 'stage.ts', 'topology.ts', 'processors', 'adapters', 'http'];
  const missing = STAGES.filter((stage) => stage !== 'activation')
    .flatMap((stage) => [...parts, `${stage}.module.ts`].map((part) => `services/${stage}/src/${part}`))
    .filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
});

test('each file of more than 300 lines is listed in CONTRIBUTING.md with its reason, and no other', () => {
  const generated = 'schemas/src/types.ts';
  const isOwn = (path: string) => !/\.test\.tsx?$|\.(sql|d\.ts)$|^test\/|\/testing\//.test(path) && path !== generated;
  const linesOf = (path: string) => readFileSync(join(root, path), 'utf8').split('\n').length - 1;
  const listed = [...readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8').matchAll(/^ {2}\| `([^`]+)` \| /gm)];
  expect(new Set(listed.map(([, path]) => path))).toEqual(
    new Set(paths.filter((path) => isOwn(path) && linesOf(path) > 300)),
  );
});

test('the one build at the root reaches every project, so that a fresh clone has them all', () => {
  const reached = new Set<string>();
  const visit = (folder: string): void => {
    if (reached.has(folder)) return;
    reached.add(folder);
    const { references = [] } = JSON.parse(readFileSync(join(root, folder, 'tsconfig.json'), 'utf8')) as {
      references?: { path: string }[];
    };
    for (const { path } of references) visit(join(folder, path));
  };
  visit('.');
  const projects = globSync(`${folders}/**/tsconfig.json`, {
    cwd: root,
    exclude: (name) => ['node_modules', 'dist', '.cache'].includes(name),
  }).map((path) => dirname(path));
  expect([...reached].sort()).toEqual(['.', ...projects].sort());
});

describe('each rule bites', () => {
  test.each([
    ['services/a/src/x.ts', "import { y } from '../../b/src/y.ts';", 'a service imports only'],
    ['services/a/src/x.ts', "import type { Y } from '@hilo/profile';", 'a service imports only'],
    ['services/a/src/x.ts', "const y = await import('../../b/src/y.ts');", 'a service imports only'],
    ['services/a/src/x.ts', "import { openStores } from '@hilo/test-stack';", 'a service imports only'],
    ['services/a/src/x.ts', "import { ContractProof } from '@hilo/service/testing';", 'a service imports only'],
    ['services/a/src/http/contract.ts', "import { problem } from '@hilo/service';", 'a contract is plain data'],
    ['services/a/src/http/contract.ts', "import { x } from '../ports.ts';", 'a contract is plain data'],
    ['services/a/src/x.ts', "import { contract } from '@hilo/profile/contract';", 'a service imports only'],
    ['packages/streaming/src/x.ts', "import type { Api } from '@hilo/profile/contract';", 'packages/streaming imports'],
    ['services/console/web/src/x.ts', "import { ref } from '@hilo/service/contract';", 'the pages take nothing'],
    ['services/console/web/src/x.ts', "import { contract } from '@hilo/profile/contract';", 'the pages take nothing'],
    ['services/console/web/src/x.ts', "import { x } from '../../src/x.ts';", 'the pages take nothing'],
    ['services/console/src/x.ts', "import { x } from '@hilo/segmentation/language';", 'a service imports only'],
    ['schemas/src/x.ts', "export * from '@hilo/streaming';", 'schemas import nothing'],
    ['packages/streaming/src/x.ts', "import '@hilo/service';", 'packages/streaming imports'],
    ['packages/streaming/src/read/x.ts', "import type { Y } from '../fold/y.ts';", 'a room of packages/streaming'],
    ['packages/streaming/src/adapters/x.ts', "import { y } from '../connect.ts';", 'a room of packages/streaming'],
    ['packages/streaming/src/index.ts', "export { y } from './testing/y.ts';", 'a room of packages/streaming'],
    ['packages/streaming/src/loft/x.ts', '', 'a room of packages/streaming'],
    ['services/a/src/x.test.ts', "import '@hilo/streaming/src/index.ts';", 'packages/streaming is imported by'],
    ['test/x.ts', "import { y } from '../packages/streaming/src/ports/y.ts';", 'packages/streaming is imported by'],
    ['services/a/src/x.ts', "import '@hilo/streaming/testing';", 'packages/streaming is imported by'],
    ['packages/ask-broker/src/x.ts', "import '@hilo/streaming';", 'packages/ask-broker and'],
    ['packages/exact-json/src/x.ts', "import '@hilo/schemas';", 'packages/ask-broker and'],
    ['packages/behaviour/src/x.ts', "import '@hilo/service';", 'packages/behaviour imports'],
    ['services/a/src/x.ts', "import { oracleHolds } from '@hilo/behaviour/testing';", 'only tests import'],
    ['infra/x.ts', "import { scenarios } from '@hilo/behaviour/testing';", 'only tests import'],
    ['packages/behaviour/src/version-2/x.ts', "export * from './testing/oracle.ts';", 'only tests import'],
    ['packages/service/src/x.ts', "import '@hilo/infra';", 'packages/service imports'],
    ['services/a/src/domain/x.ts', "import { Pool } from 'pg';", 'domain code knows'],
    ['services/a/src/domain/x.ts', "import { readFileSync } from 'node:fs';", 'domain code knows'],
    ['services/a/src/domain/x.ts', "import { store } from '../adapters/store.ts';", 'domain code knows'],
    ['services/a/src/domain/x.ts', 'const now = Date.now();', 'domain code reads no clock'],
    ['services/a/src/x.ts', 'const port = process.env.PORT;', 'config.ts is the one reader'],
    [
      'services/a/src/topology.ts',
      'export const A = 1;\nexport const TOPOLOGY = {} as const satisfies Topology;\n',
      'a topology',
    ],
    ['services/a/src/topology.ts', 'export const TOPOLOGY: Topology = {};\n', 'a topology'],
    ['services/a/src/stage.ts', 'export const stage = { topology: TOPOLOGY };', 'stage.ts defines'],
    ['services/a/src/main.ts', 'if (config.stage) await stage.start();', 'main.ts wires'],
    ['services/a/src/processors/x.ts', "import { load } from '../adapters/postgres-x.ts';", 'a processor is'],
    ['services/a/src/processors/x.ts', "import { counted } from '../metrics.ts';", 'a processor is'],
    ['services/a/src/use-cases/x.ts', "import { PostgresX } from '../adapters/postgres-x.ts';", 'a use case reaches'],
    ['services/a/src/processors/x.ts', "const sql = 'INSERT INTO x VALUES (1)';", 'SQL stands'],
    ['services/a/src/http/x.ts', 'const sql = `SELECT key FROM source`;', 'SQL stands'],
    ['services/a/src/adapters/x.ts', 'const pool = new pg.Pool({ max: 4 });', 'pools and transactions'],
    ['services/a/src/adapters/x.ts', "await client.query('BEGIN');", 'pools and transactions'],
    ['services/a/src/adapters/x.ts', "const one = { name: 'a_put_rows', sql: PUT };", 'a statement is named'],
    ['services/a/src/adapters/x.ts', "const one = { name: 'b-put-rows',\n  sql: PUT };", 'a statement is named'],
    ['services/a/src/http/x.ts', "const token = Symbol('Reader');", 'tokens stand'],
    [
      'infra/x.ts',
      "['ingestion', 'identity', 'profile', 'segmentation', 'activation', 'history']",
      'the stages are listed',
    ],
    ['services/a/src/testing/memory-tables.ts', 'const ids = statement.values[0];', 'a fake of tables'],
    ['infra/x.ts', 'class StoreAway extends Error {}', 'the class of an error'],
    ['infra/x.ts', 'const a = b as any;', 'the type system'],
    ['infra/x.ts', '// @ts-ignore', 'the type system'],
    [`${PAGES}/elements/x.tsx`, "import { Y } from '../home/y.tsx';", 'pages import from below'],
    [`${PAGES}/language/x.ts`, "import { Y } from '../elements/y.tsx';", 'pages import from below'],
    [`${PAGES}/shell/x.tsx`, "import { Y } from '../segments/domain/y.ts';", 'pages import from below'],
    [`${PAGES}/home/x.tsx`, "import { Y } from '../shell/y.tsx';", 'pages import from below'],
    [`${PAGES}/home/x.tsx`, "import { Y } from '../routes.tsx';", 'pages import from below'],
    [`${PAGES}/home/x.tsx`, 'export function Component() {}', 'pages have names'],
    [`${PAGES}/home/x.tsx`, 'export default () => null;', 'pages have names'],
    [`${PAGES}/home/x.tsx`, 'export default function () {}', 'pages have names'],
    ['infra/x.ts', '// TODO: later', 'nothing is left'],
    ['infra/x.sql', '-- FIXME', 'nothing is left'],
    ['infra/x.ts', 'a\n'.repeat(401), 'a file has at most'],
    ['packages/streaming/src/read/x.ts', 'a\n'.repeat(301), 'a file of packages/streaming has at most'],
    ['infra/x.test.ts', "test.only('x', () => {});", 'tests are neither'],
    ['infra/x.test.ts', "describe.skip('x', () => {});", 'tests are neither'],
    ['infra/utils/x.ts', '', 'names are'],
    ['infra/PascalCase.ts', '', 'names are'],
    ['infra/store-manager.ts', '', 'names are'],
    ['services/a/web/PascalCase.tsx', '', 'names are'],
    ['services/a/web/x.tsx', 'const a = b as any;', 'the type system'],
    ['services/a/web/x.tsx', 'a\n'.repeat(401), 'a file has at most'],
    ['services/a/web/x.test.tsx', "it.only('x', () => {});", 'tests are neither'],
    ['infra/x.ts', "const a = '/root/.hilo/x';", 'no path of one machine'],
  ])('%s: %j', (path, text, rule) => {
    expect(breachesOf({ path, text }).join('\n')).toContain(`${path}: ${rule}`);
  });

  test('on files that import each other in a circle, also for types alone', () => {
    const round = [
      { path: 'a/x.ts', text: "import { y } from './y.ts';" },
      { path: 'a/y.ts', text: "import type { Z } from '../b/z.ts';\nimport { w } from './w.ts';" },
      { path: 'b/z.ts', text: "export * from '../a/x.ts';" },
      { path: 'a/w.ts', text: "import { y } from './v.ts';" },
    ];
    expect(circlesAmong(round)).toEqual(['a/x.ts → a/y.ts → b/z.ts → a/x.ts']);
    expect(circlesAmong(round.slice(1))).toEqual([]);
  });

  test.each([
    ['services/a/src/x.ts', "import { y } from './domain/y.ts';\nimport { z } from '@hilo/streaming';"],
    ['services/a/src/x.ts', "import type { Api } from '@hilo/profile/contract';"],
    ['services/console/web/src/x.ts', "import type { Api as ProfileApi } from '@hilo/profile/contract';"],
    ['services/a/src/x.test.ts', "import { openStores } from '@hilo/test-stack';"],
    ['services/a/src/x.test.ts', "import { StageDriver } from '@hilo/streaming/testing';"],
    ['services/a/src/testing/x.ts', "import { randomCase } from '@hilo/behaviour/testing';"],
    ['test/x.ts', "import { scenarios } from '@hilo/behaviour/testing';"],
    ['packages/behaviour/src/version-2/x.test.ts', "import { oracleHolds } from './testing/oracle.ts';"],
    ['test/x.ts', "import { StageDriver } from '@hilo/streaming/testing';"],
    ['packages/streaming/src/fold/x.ts', "import { y } from '../read/y.ts';\nimport { z } from './z.ts';"],
    ['services/a/src/domain/x.ts', "import { createHash } from 'node:crypto';"],
    ['services/a/src/http/contract.ts', "import { LIMITS } from '../domain/x.ts';\nimport '@hilo/service/contract';"],
    ['services/a/src/topology.ts', 'export const TOPOLOGY = {} as const satisfies Topology;\n'],
    ['services/a/src/stage.ts', 'export function aStage() {\n  return defineStage({ topology: TOPOLOGY });\n}\n'],
    ['services/a/src/adapters/x.ts', "const one = { name: 'a-put-rows', sql: 'INSERT INTO x VALUES (1)' };"],
    ['services/a/src/processors/x.test.ts', "import { tables } from '../adapters/x.ts';"],
    ['services/a/src/config.ts', 'export const port = process.env.PORT;'],
    [`${PAGES}/routes.tsx`, "import { Y } from './home/y.tsx';"],
    [`${PAGES}/home/x.tsx`, "import { Y } from '../elements/y.tsx';\nimport { Z } from '../explore/z.ts';"],
    [`${PAGES}/elements/x.tsx`, "import { Y } from '../api/y.ts';\nimport { Z } from './z.tsx';"],
    ['infra/x.ts', '// for as long as any of them lives'],
    ['infra/x.ts', 'a\n'.repeat(400)],
    ['packages/streaming/src/read/x.ts', 'a\n'.repeat(300)],
  ])('and leaves in peace %s: %j', (path, text) => {
    expect(breachesOf({ path, text })).toEqual([]);
  });
});
