import { expect, it } from 'vitest';
import { personFaults } from './read-person.ts';

const ann = { email: 'ann@example.com', name: 'Ann', role: 'viewer', password: 'correct horse' } as const;

it.each([
  [{}, []],
  [{ email: 'ann' }, ['email']],
  [{ name: '  ' }, ['name']],
  [{ password: 'short' }, ['password']],
  [{ email: '', name: '', password: '' }, ['email', 'name', 'password']],
])('a person with %j has faults in %j', (change, faults) => {
  expect([...personFaults({ ...ann, ...change })]).toEqual(faults);
});
