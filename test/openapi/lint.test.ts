import type { Contract } from '@hilo/service/contract';
import { expect, test } from 'vitest';
import { CONTRACTS } from './contracts.ts';
import { EXCEPTIONS, lintContract } from './lint.ts';

test('the OpenAPI document of every service is clean, but for the exceptions', async () => {
  const found = await Promise.all(Object.entries(CONTRACTS).map(([name, contract]) => lintContract(name, contract)));
  expect(found.flatMap((places) => [...places.keys()]).sort()).toEqual(Object.keys(EXCEPTIONS).sort());
});

test('a document that is wrong is not clean', async () => {
  const wrong = {
    title: 'Wrong',
    description: 'Nothing uses its schema.',
    schemas: { Unused: { type: 'object' } },
    routes: { get: { method: 'GET', path: '/v1/x', summary: 'X', answers: { 200: { description: 'X.' } } } },
  } as const satisfies Contract;
  expect([...(await lintContract('wrong', wrong)).keys()]).toEqual([
    'wrong no-unused-components #/components/schemas/Unused',
  ]);
});
