import { expect, it } from 'vitest';
import { personWord } from './person-word.ts';

it('is the same for a person always, another for anybody else, and says nothing', () => {
  const ann = personWord({ email: 'ann@example.com' }, 'token');
  expect(ann).toMatch(/^[\w-]{22}$/);
  expect(personWord({ email: 'ann@example.com' }, 'token')).toBe(ann);
  const others = [
    personWord({ email: 'bob@example.com' }, 'token'),
    personWord({ email: null }, 'token'),
    personWord({ email: 'ann@example.com' }, 'another'),
  ];
  expect(new Set([ann, ...others]).size).toBe(4);
});
