import { expect, it } from 'vitest';
import { personName } from './person-name.ts';

it.each([
  [{ name: 'Ann Lee', email: 'a@example.com' }, 'Ann Lee'],
  [{ first_name: 'Ann', lastName: 'Lee' }, 'Ann Lee'],
  [{ email: 'a@example.com', name: ' ' }, 'a@example.com'],
  [{ name: 5, plan: 'gold' }, null],
])('a person with %j is called %s', (traits, name) => {
  expect(personName(traits)).toBe(name);
});
