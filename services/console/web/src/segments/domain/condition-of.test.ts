import { randomCase } from '@hilo/behaviour/testing';
import { type Condition, readCondition, readText, writeText } from '@hilo/behaviour/version-2/forms';
import { parseJson } from '@hilo/exact-json';
import { describe, expect, it } from 'vitest';
import { conditionOf, sameCondition } from './condition-of.ts';
import { countingIds, type Draft, draftOf, type Form, newGroup, newLeaf, TypedNumber } from './draft.ts';
import { blankOf, LEAF_KINDS } from './leaf-kinds.ts';
import { choiceOf, CHOICES, kindOf, operandOf, valueOf, withOperand } from './value-test.ts';

const newId = countingIds('x');

function leaf(json: Form): Draft {
  return newLeaf(newId, json);
}

function faultsOf(draft: Draft): readonly string[] {
  const read = conditionOf(draft);
  return read.kind === 'problems' ? read.problems.map(({ field }) => field) : [];
}

/** Conditions of all forms that can be saved. */
function savedConditions(): readonly Condition[] {
  const all = Array.from({ length: 120 }, (_, seed) => randomCase(seed + 1).condition);
  return all.filter((condition) => conditionOf(draftOf(condition, newId)).kind === 'condition');
}

describe('a definition in the builder', () => {
  it('comes back as it was, whatever it is, as a form and as text', () => {
    const conditions = savedConditions();
    expect(conditions.length).toBeGreaterThan(40);
    for (const condition of conditions) {
      const read = readCondition(condition);
      expect(conditionOf(draftOf(condition, newId))).toEqual(read);
      const text = readText(writeText(condition));
      if (text.kind === 'condition') expect(conditionOf(draftOf(text.condition, newId))).toEqual(text);
    }
  });

  it('keeps every digit of a number that somebody types', () => {
    const typed = new TypedNumber(' 12345678901234567890.5 ');
    expect(conditionOf(leaf({ trait: 'a', is: { gte: typed } }))).toEqual({
      kind: 'condition',
      condition: { trait: 'a', is: { gte: parseJson('12345678901234567890.5') } },
    });
  });
});

describe('a draft that is not finished', () => {
  const tooMany = newGroup(
    newId,
    'any',
    Array.from({ length: 101 }, () => leaf({ did: 'A' })),
  );

  it.each<[string, Draft, string]>([
    ['an event without a name', leaf(blankOf('event')), 'condition.did'],
    ['a trait without a name', leaf(blankOf('trait')), 'condition.trait'],
    ['a path with an empty name', leaf({ trait: 'a..b', is: { exists: true } }), 'condition.trait'],
    ['a count that is no number', leaf({ did: 'A', count: { gte: new TypedNumber('two') } }), 'condition.count.gte'],
    ['a window of nothing', leaf({ did: 'A', within: '0d' }), 'condition.within'],
    ['a number that is missing', leaf({ trait: 'a', is: { eq: new TypedNumber('') } }), 'condition.is.eq'],
    ['one of nothing', leaf({ trait: 'a', is: { oneOf: [] } }), 'condition.is.oneOf'],
    ['a pattern that is none', leaf({ trait: 'a', is: { matches: '(' } }), 'condition.is.matches'],
    ['an empty group', newGroup(newId, 'all', []), 'condition.all'],
    ['a negated one', { ...leaf({ did: '' }), nots: 2 }, 'condition.not.not.did'],
    ['more conditions than may be', tooMany, 'condition.any'],
    ['a form that cannot be saved', leaf({ consent: 'ads' }), 'condition.consent'],
  ])('names the place of its fault: %s', (_name, draft, field) => {
    expect(faultsOf(draft)).toContain(field);
  });

  it('is of a kind that can be saved once its fields are filled', () => {
    const filled: Readonly<Record<string, Form>> = {
      event: { did: 'A' },
      trait: { trait: 'a' },
      number: { sum: 'a', of: 'A', is: { gte: new TypedNumber('1') } },
      oneEvent: { last: 'A' },
      sequence: { sequence: [{ did: 'A' }, { did: 'B', within: '3d' }] },
      regular: { regular: 'A' },
      segment: { in: 'a' },
      list: { list: 'a' },
      share: { randomBucket: { from: new TypedNumber('0'), to: new TypedNumber('0.1'), salt: 'a' } },
    };
    for (const kind of LEAF_KINDS) expect(faultsOf(leaf({ ...blankOf(kind), ...filled[kind] })), kind).toEqual([]);
  });
});

describe('the test of a value', () => {
  const VALUES: Readonly<Record<string, unknown>> = {
    ...{ gt: new TypedNumber('1'), gte: new TypedNumber('1'), lt: new TypedNumber('1'), lte: new TypedNumber('1') },
    ...{ between: [new TypedNumber('1'), new TypedNumber('2')], before: '2026-01-01', after: '2026-01-01' },
    ...{ contains: 'a', startsWith: 'a', endsWith: 'a', matches: 'a' },
  };

  it.each(['trait', 'where', 'event'] as const)('has only operators that can be saved: %s', (place) => {
    for (const choice of CHOICES) {
      const is = draftTest(choice);
      const json =
        place === 'trait'
          ? { trait: 'a', is }
          : place === 'where'
            ? { did: 'A', where: [{ property: 'a', is }] }
            : { last: 'A', property: 'a', is };
      expect(faultsOf(leaf(json)), choice).toEqual([]);
    }
  });

  function draftTest(choice: string): Form {
    if (choice === 'missing' || choice === 'exists') return { exists: choice === 'exists' };
    if (choice === 'oneOf') return { oneOf: ['a'] };
    if (choice === 'anniversary') return { anniversary: 'today' };
    if (choice === 'withinLast' || choice === 'withinNext') return { [choice]: '3d' };
    return { [choice]: VALUES[choice] ?? 'a' };
  }
});

describe('the values of a test', () => {
  it('are of the kind that was chosen', () => {
    for (const kind of ['text', 'number', 'property', 'trait'] as const) expect(kindOf(valueOf(kind, '5'))).toBe(kind);
    const test = withOperand({ eq: 'a', ignoreCase: true }, 'b');
    expect([choiceOf(test), operandOf(test)]).toEqual(['eq', 'b']);
    expect(test).toEqual({ eq: 'b', ignoreCase: true });
  });
});

it('conditions that are written in another order are the same', () => {
  expect(sameCondition({ did: 'A', within: '1d' }, { within: '1d', did: 'A' } as Condition)).toBe(true);
  expect(sameCondition({ did: 'A' }, { not: { did: 'A' } })).toBe(false);
});
