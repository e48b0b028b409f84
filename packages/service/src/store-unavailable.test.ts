import { describe, expect, it } from 'vitest';
import { isStoreUnavailable } from './store-unavailable.ts';

const coded = (code: string) => Object.assign(new Error('x'), { code });

describe('a store that is unavailable', () => {
  it.each([
    coded('ECONNREFUSED'),
    coded('57P01'),
    coded('57014'),
    coded('08006'),
    coded('53300'),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    new AggregateError([coded('ECONNREFUSED')], ''),
  ])('is what %s says', (error) => {
    expect(isStoreUnavailable(error)).toBe(true);
  });

  it.each([coded('42P01'), coded('23505'), new TypeError('x is not a function'), 'text', null])(
    'is not what %s says',
    (error) => {
      expect(isStoreUnavailable(error)).toBe(false);
    },
  );
});
