import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatsOf } from '../../language/formats.ts';
import { LANGUAGES } from '../../language/messages.ts';
import type { Condition } from './condition.ts';
import { conditionWords } from './condition-words.ts';
import { languageMessages } from './messages.ts';
import { arbitraryCondition } from './testing/arbitrary-condition.ts';

const english = { t: languageMessages.en, formats: formatsOf('en', 'UTC') };
const spanish = { t: languageMessages.es, formats: formatsOf('es', 'UTC') };

describe('a condition in words', () => {
  it.each<[Condition, string]>([
    [{ did: 'Order Completed' }, 'did “Order Completed”'],
    [
      { did: 'Order Completed', count: { gte: 2 }, within: '10m' },
      'did “Order Completed” at least 2 times in the last 10 minutes',
    ],
    [{ did: 'A', count: { eq: 0 }, within: '1h' }, 'did not do “A” in the last 1 hour'],
    [{ did: 'A', where: [{ property: 'revenue', is: { gte: 1000 } }] }, 'did “A” with revenue of at least 1,000'],
    [{ did: 'A', where: [{ property: 'gift', is: { eq: true } }] }, 'did “A” with gift yes'],
    [{ trait: 'country', is: { oneOf: ['Spain', 5, '5'] } }, 'country is “Spain”, 5 or “5”'],
    [{ all: [{ did: 'A' }, { any: [{ did: 'B' }, { did: 'C' }] }] }, 'did “A” and (did “B” or did “C”)'],
    [{ not: { trait: 'email', is: { exists: true } } }, 'not: email is known'],
  ])('%j: %s', (condition, words) => {
    expect(conditionWords(condition, english)).toBe(words);
  });

  it('is said in Spanish too', () => {
    expect(conditionWords({ did: 'A', count: { gte: 1 }, within: '3mo' }, spanish)).toBe(
      'hizo «A» al menos 1 vez en un plazo de 3 meses',
    );
    const german = { property: 'country', is: { eq: 'Germany' } } as const;
    expect(conditionWords({ did: 'A', where: [german] }, spanish)).toBe('hizo «A» cuyo country es «Germany»');
    expect(conditionWords({ trait: 'orders', is: { gte: 1000.5 } }, spanish)).toBe('orders es al menos 1.000,5');
  });

  it('is something, whatever the condition', () => {
    fc.assert(
      fc.property(arbitraryCondition, fc.constantFrom(...LANGUAGES), (condition, language) => {
        const speaker = { t: languageMessages[language], formats: formatsOf(language, 'UTC') };
        expect(conditionWords(condition, speaker)).not.toMatch(/undefined|\[object/);
      }),
    );
  });
});
