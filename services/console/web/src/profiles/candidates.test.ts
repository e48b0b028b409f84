import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidatesOf } from './candidates.ts';

describe('what a typed text may name', () => {
  it.each([
    ['17850', ['user_id:17850', 'anonymous_id:17850']],
    ['  17850 ', ['user_id:17850', 'anonymous_id:17850']],
    ['ann@example.com', ['email:ann@example.com', 'user_id:ann@example.com', 'anonymous_id:ann@example.com']],
    ['p_3kd8', ['profile_id:p_3kd8', 'user_id:p_3kd8', 'anonymous_id:p_3kd8']],
    ['phone:+34600', ['phone:+34600', 'user_id:phone:+34600', 'anonymous_id:phone:+34600']],
    ['', []],
    ['   ', []],
  ])('%j: %j', (typed, candidates) => {
    expect(candidatesOf(typed).map(({ type, value }) => `${type}:${value}`)).toEqual(candidates);
  });

  it('is never more than five, and always has a type and a value', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (typed) => {
        const candidates = candidatesOf(typed);
        expect(candidates.length).toBeLessThanOrEqual(5);
        for (const { type, value } of candidates) {
          expect(type).toMatch(/^[a-z][\w.]{0,63}$/);
          expect(value).not.toBe('');
        }
      }),
    );
  });
});
