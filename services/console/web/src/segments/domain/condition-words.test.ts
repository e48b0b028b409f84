import { randomCase } from '@hilo/behaviour/testing';
import type { Condition } from '@hilo/behaviour/version-2/language';
import { describe, expect, it } from 'vitest';
import { formatsOf } from '../../language/formats.ts';
import { conditionWords } from './condition-words.ts';
import { languageMessages } from './messages.ts';

const english = { t: languageMessages.en, formats: formatsOf('en', 'UTC') };
const spanish = { t: languageMessages.es, formats: formatsOf('es', 'UTC') };

const SEQUENCE: Condition = {
  sequence: [
    { did: { type: 'page', name: 'Pricing' } },
    { did: 'Signed Up', within: '3d', without: [{ did: 'Left' }] },
    { none: 'Order Completed', within: '1d' },
  ],
  within: '30d',
  span: '2w',
  same: ['plan'],
};

describe('a condition in words', () => {
  it.each<[Condition, string, string]>([
    [{ did: 'Order Completed' }, 'did “Order Completed”', 'hizo «Order Completed»'],
    [
      { did: 'Order Completed', count: { gte: 2 }, within: '10m' },
      'did “Order Completed” at least 2 times in the last 10 minutes',
      'hizo «Order Completed» al menos 2 veces en un plazo de 10 minutos',
    ],
    [{ did: 'A', count: { eq: 0 }, within: 'this year' }, 'did not do “A” this year', 'no hizo «A» este año'],
    [
      { did: { type: 'page', name: 'Pricing' }, count: { between: [2, 5] }, within: { from: '90d', to: '30d' } },
      'viewed the page “Pricing” from 2 to 5 times between 90 days and 30 days ago',
      'vio la página «Pricing» de 2 a 5 veces hace entre 30 días y 90 días',
    ],
    [
      { did: { startsWith: 'Order ' }, after: '2026-01-01', before: '2026-02-01' },
      'did an event that begins with “Order ” from 2026-01-01 on before 2026-02-01',
      'hizo un evento que empieza por «Order » desde 2026-01-01 antes de 2026-02-01',
    ],
    [
      { did: 'A', where: [{ property: 'revenue', is: { gte: 1000 } }] },
      'did “A” with revenue of at least 1,000',
      'hizo «A» cuyo revenue es de al menos 1.000',
    ],
    [
      { did: 'A', where: [{ element: 'products', where: [{ property: 'price', is: { lt: { property: 'was' } } }] }] },
      'did “A” with one of products with price of less than the property was',
      'hizo «A» con un elemento de products cuyo price es de menos de la propiedad was',
    ],
    [
      { did: 'A', where: [{ property: 'sku', is: { startsWith: 'x', ignoreCase: true } }] },
      'did “A” whose sku begins with “x” (in upper or lower case)',
      'hizo «A» cuyo sku empieza por «x» (en mayúsculas o minúsculas)',
    ],
    [
      { trait: 'country', is: { oneOf: ['Spain', 5, '5'] } },
      'country is “Spain”, 5 or “5”',
      'country es «Spain», 5 o «5»',
    ],
    [
      { trait: 'birthday', is: { anniversary: { withinNext: '7d' } } },
      'birthday has its anniversary in the next 7 days',
      'birthday cumple su aniversario en un plazo de 7 días desde ahora',
    ],
    [
      { trait: 'score', is: { between: [1, 2.5] }, as: 'number', for: '7d' },
      'score is from 1 to 2.5 (read as a number) for at least 7 days',
      'score está entre 1 y 2,5 (leído como número) desde hace al menos 7 días',
    ],
    [
      { sum: 'revenue', of: 'Order Completed', is: { gte: 1000 }, within: '1y' },
      'the sum of revenue in “Order Completed” in the last 1 year is at least 1,000',
      'la suma de revenue en «Order Completed» en un plazo de 1 año es al menos 1.000',
    ],
    [
      { last: 'Order Completed', is: { olderThan: '90d' } },
      'the last of “Order Completed” was more than 90 days ago',
      'el último evento entre «Order Completed» fue hace más de 90 días',
    ],
    [
      { first: 'A', property: 'channel', is: { eq: 'ads' } },
      'channel in the first of “A” is “ads”',
      'channel en el primer evento entre «A» es «ads»',
    ],
    [
      SEQUENCE,
      'viewed the page “Pricing”, then did “Signed Up” at most 3 days later without “Left” in between, then did not do ' +
        '“Order Completed” for 1 day, with the same plan each time, with at most 2 weeks from the first step to the last, ' +
        'all in the last 30 days',
      'vio la página «Pricing», después hizo «Signed Up» como mucho 3 días más tarde sin «Left» entre medias, después no ' +
        'hizo «Order Completed» durante 1 día, siempre con el mismo valor de plan, con un máximo de 2 semanas entre el ' +
        'primer paso y el último, todo en un plazo de 30 días',
    ],
    [
      { regular: 'App Opened', count: { gte: 2 }, periods: { every: '1w', atLeast: 3, of: 4 } },
      'did “App Opened” at least 2 times in at least 3 of the last 4 periods of 1 week',
      'hizo «App Opened» al menos 2 veces en al menos 3 de los últimos 4 periodos de 1 semana',
    ],
    [{ in: 'buyers' }, 'is in the segment “buyers”', 'está en el segmento «buyers»'],
    [{ list: 'vip' }, 'is on the list “vip”', 'está en la lista «vip»'],
    [
      { randomBucket: { from: 0, to: 0.1, salt: 'spring' } },
      'is in the share from 0% to 10% of all people, divided at random by “spring”',
      'está en la parte del 0 % al 10 % de todas las personas, repartidas al azar por «spring»',
    ],
    [
      { all: [{ did: 'A' }, { any: [{ did: 'B' }, { not: { trait: 'email', is: { exists: true } } }] }] },
      'did “A” and (did “B” or not: email is known)',
      'hizo «A» y (hizo «B» o no se cumple: email se conoce)',
    ],
  ])('%j: %s', (condition, inEnglish, inSpanish) => {
    expect(conditionWords(condition, english)).toBe(inEnglish);
    expect(conditionWords(condition, spanish).replaceAll('\u00a0', ' ')).toBe(inSpanish);
  });

  it('is something, whatever the condition', () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const { condition } = randomCase(seed);
      for (const speaker of [english, spanish]) {
        expect(conditionWords(condition, speaker)).not.toMatch(/undefined|\[object|NaN|^$/);
      }
    }
  });
});
