import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { CONTRACTS } from './contracts.ts';

const PAGE_WORDS = join(import.meta.dirname, '../../services/console/web/src/audit/audit-object.ts');

/** What only producers call, with a write key: the console does not forward it, and no service records it. */
const TRACKING = /^(beacon\/)?v1\/\{call\}$/;

/** Paths of the audit log's changes at services: what a call of each of their routes leaves there. */
const targets = Object.entries(CONTRACTS)
  .filter(([service]) => service !== 'console')
  .flatMap(([service, { routes }]) =>
    Object.values(routes)
      .filter(({ method, readOnly }) => method !== 'GET' && readOnly !== true)
      .map(({ path }) => path.slice(1))
      .filter((path) => !TRACKING.test(path) && path !== 'v1/queries/{id}')
      .map((path) => `${service}/${path.replaceAll(/\{\w+\}/g, 'x')}`),
  );

test('the audit page has words for everything that can be changed at a service', async () => {
  const { href } = pathToFileURL(PAGE_WORDS);
  const { objectOf } = (await import(/* @vite-ignore */ href)) as {
    readonly objectOf: (target: string) => object | null;
  };
  expect(targets.length).toBeGreaterThan(8);
  expect(targets.filter((target) => objectOf(target) === null)).toEqual([]);
});
