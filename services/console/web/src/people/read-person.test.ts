import { expect, it } from 'vitest';
import { personFaults } from './read-person.ts';

const ann = { email: 'ann@example.com', name: 'Ann', role: 'viewer' } as const;

it.each([
  [{}, []],
  [{ email: 'ann' }, ['email']],
  [{ name: '  ' }, ['name']],
  [{ email: '', name: '' }, ['email', 'name']],
])('a person with %j has faults in %j', (change, faults) => {
  expect([...personFaults({ ...ann, ...change })]).toEqual(faults);
});
