import { parseJson } from '@hilo/exact-json';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCondition } from './read-condition.ts';

function problemsOf(json: unknown): readonly string[] {
  const read = readCondition(json);
  return read.kind === 'condition' ? [] : read.problems.map(({ field, message }) => `${field} ${message}`);
}

function nested(levels: number): object {
  return levels === 1 ? { did: 'A' } : { not: nested(levels - 1) };
}

describe('reading a condition', () => {
  it.each([
    [{ trait: 'plan', is: { eq: 'gold' } }],
    [{ trait: 'address.city', is: { oneOf: ['Berlin', 'Wien', 7, true] } }],
    [{ trait: 'plan', is: { exists: false } }],
    [{ did: 'Order Completed' }],
    [
      {
        did: 'Order Completed',
        where: [{ property: 'revenue', is: { gte: 100.5 } }],
        count: { gte: 2 },
        within: '10m',
      },
    ],
    [{ did: 'Order Completed', count: { eq: 0 }, within: '6mo' }],
    [{ all: [{ any: [{ did: 'A' }, { not: { did: 'B', within: '100y' } }] }, { trait: 'a\\.b', is: { ne: 1 } }] }],
    [nested(10)],
  ])('takes %j as it is', (json) => {
    expect(readCondition(json)).toEqual({ kind: 'condition', condition: json });
  });

  it('keeps every digit of a number', () => {
    const text =
      '{"all":[{"trait":"crm_id","is":{"eq":1234567890123456789}},{"trait":"a","is":{"oneOf":[12345678901234567890123,"x"]}},' +
      '{"did":"A","where":[{"property":"price","is":{"lte":0.12345678901234567891}}]},{"trait":"b","is":{"gt":1e999999999}}]}';
    const read = readCondition(parseJson(text));
    expect(JSON.stringify(read)).toBe(`{"kind":"condition","condition":${text}}`);
  });

  it('refuses a number where another kind belongs, however many digits it has', () => {
    const problems = (text: string) => problemsOf(parseJson(text));
    expect(problems('12345678901234567890')).toEqual([
      expect.stringContaining('it is the number 12345678901234567890'),
    ]);
    expect(problems('{"trait":"a","is":12345678901234567890}')).toEqual([expect.stringContaining('the number 1234')]);
    expect(problems('{"did":"A","count":{"gte":12345678901234567890}}')).toHaveLength(1);
    expect(problems(`{"trait":"a","is":{"eq":${'1'.repeat(1_001)}}}`)).toEqual([
      'condition.is.eq has 1001 characters; at most 1000 are allowed',
    ]);
  });

  it('takes an empty list of property tests as none', () => {
    expect(readCondition({ did: 'A', where: [] })).toEqual({ kind: 'condition', condition: { did: 'A' } });
  });

  it.each([
    ['no condition', null, 'condition must be an object: {"trait"'],
    ['a list', [], 'condition must be an object'],
    ['no known form', { event: 'A' }, 'condition has none of the known forms'],
    [
      'an unknown member',
      { did: 'A', withing: '1d' },
      'condition.withing is not known here; beside "did" there may be: where, count, within',
    ],
    [
      'two forms at once',
      { not: { did: 'A' }, all: [] },
      'condition.not is not known here; beside "all" there may be: nothing',
    ],
    ['no test', { trait: 'plan' }, 'condition.is must be an object with one of eq, ne'],
    [
      'an unknown operator',
      { trait: 'plan', is: { like: 'x' } },
      'condition.is.like is not known; use one of eq, ne, gt',
    ],
    ['two operators', { trait: 'age', is: { gte: 1, lt: 5 } }, 'condition.is has 2 operators; use exactly one of'],
    ['no operator', { trait: 'age', is: {} }, 'condition.is has 0 operators'],
    [
      'a text to be greater than',
      { trait: 'age', is: { gt: '5' } },
      'condition.is.gt must be a number; it is the text "5"',
    ],
    ['null to be equal to', { trait: 'age', is: { eq: null } }, 'use {"exists": false}'],
    [
      'exists with a number',
      { trait: 'age', is: { exists: 1 } },
      'condition.is.exists must be true or false; it is the number 1',
    ],
    ['an empty oneOf', { trait: 'age', is: { oneOf: [] } }, 'condition.is.oneOf must be a list of 1 to 100'],
    [
      'a list in oneOf',
      { trait: 'age', is: { oneOf: [1, [2]] } },
      'condition.is.oneOf[1] must be a text, a number, true or false; it is a list of 1',
    ],
    ['a long text', { trait: 'a', is: { eq: 'x'.repeat(1001) } }, 'condition.is.eq has 1001 characters; at most 1000'],
    ['an empty path', { trait: '', is: { eq: 1 } }, 'condition.trait must be a name'],
    ['an empty name in a path', { trait: 'a..b', is: { eq: 1 } }, 'condition.trait has an empty name'],
    ['a lone backslash', { trait: 'a\\b', is: { eq: 1 } }, 'condition.trait has an empty name, or a backslash'],
    [
      'an empty event name',
      { did: '' },
      'condition.did must be the name of an event, 1 to 500 characters; it is an empty text',
    ],
    ['where as an object', { did: 'A', where: {} }, 'condition.where must be a list'],
    [
      'where without a property',
      { did: 'A', where: [{ is: { eq: 1 } }] },
      'condition.where[0].property must be a name',
    ],
    [
      'a count of halves',
      { did: 'A', count: { gte: 1.5 } },
      'condition.count.gte must be a whole number from 0 to 10000',
    ],
    [
      'a count out of bounds',
      { did: 'A', count: { gte: 10001 } },
      'condition.count.gte must be a whole number from 0 to 10000',
    ],
    [
      'a count with oneOf',
      { did: 'A', count: { oneOf: [1] } },
      'condition.count.oneOf is not known; use one of eq, ne, gt, gte, lt, lte',
    ],
    ['a window of no time', { did: 'A', within: '0m' }, 'condition.within must be a length of time such as 90s'],
    ['a window without a unit', { did: 'A', within: '10' }, 'condition.within must be a length of time'],
    ['a window in words', { did: 'A', within: '10 minutes' }, 'condition.within must be a length of time'],
    ['a window above the limit', { did: 'A', within: '101y' }, 'condition.within must be a length of time'],
    ['an empty group', { all: [] }, 'condition.all must be a list of at least one condition; it is an empty list'],
    [
      'a fault deep inside',
      { all: [{ did: 'A' }, { not: { any: [{ did: 7 }] } }] },
      'condition.all[1].not.any[0].did must be the name of an event',
    ],
    ['too many levels', nested(11), 'is nested too deep: at most 10 levels'],
    [
      'too many conditions',
      { any: Array.from({ length: 51 }, () => ({ all: [{ did: 'A' }, { did: 'B' }] })) },
      'is one too many: at most 100 conditions',
    ],
    [
      'too many members',
      { any: Array.from({ length: 101 }, () => ({ did: 'A' })) },
      'condition.any has 101 conditions; at most 100',
    ],
  ])('refuses %s, naming the place and what would be right', (_name, json, problem) => {
    expect(problemsOf(json).join('\n')).toContain(problem);
  });

  it('names every fault, up to twenty', () => {
    expect(problemsOf({ all: [{ did: 1 }, { trait: 2, is: { eq: 'x' } }] })).toHaveLength(2);
    expect(problemsOf({ all: Array.from({ length: 30 }, () => ({ did: 1 })) })).toHaveLength(20);
  });

  it('never throws, and what it takes it takes again as the same', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), arbitraryShape), (json) => {
        const read = readCondition(json);
        if (read.kind === 'problems') expect(read.problems.length).toBeGreaterThan(0);
        else expect(readCondition(read.condition)).toEqual(read);
      }),
    );
  });
});

const arbitraryShape = fc.dictionary(
  fc.constantFrom('trait', 'is', 'did', 'where', 'count', 'within', 'all', 'any', 'not', 'x'),
  fc.oneof(fc.constantFrom('A', '10m', { eq: 1 }, { gte: 1 }, [{ did: 'A' }], { did: 'A' }), fc.jsonValue()),
);
