import { describe, expect, it } from 'vitest';
import { VALUE_OPERATORS, CALENDAR_WINDOWS, UNITS } from '../limits.ts';
import { questionAt } from './case.ts';
import { oracleHolds } from './oracle.ts';
import { type RandomCase, randomCase } from './random-cases.ts';
import { FORMS } from './random-conditions.ts';

const CASES = 2_000;
/** The share of 300 in 10,000. */
const LEAST = (CASES * 300) / 10_000;

const cases = Array.from({ length: CASES }, (_, seed) => randomCase(seed));
const conditions = cases.map(({ condition, segments }) => JSON.stringify([condition, ...segments.values()]));
const having = (pattern: RegExp) => conditions.filter((json) => pattern.test(json)).length;
const share = (test: (one: RandomCase) => boolean) => cases.filter(test).length / CASES;

describe('random cases', () => {
  it.each(FORMS)('have enough of the form %s, with true and false answers', (form) => {
    const ofForm = cases.filter((one) => one.form === form);
    expect(ofForm.every(({ condition }) => form in condition)).toBe(true);
    expect(ofForm.length).toBeGreaterThanOrEqual(LEAST);
    const holding = ofForm.filter((one) => oracleHolds(questionAt(one, one.momentMs))).length / ofForm.length;
    expect(holding).toBeGreaterThan(0.2);
    expect(holding).toBeLessThan(0.8);
  });

  it('have merges or late events in a third of the histories, small bounds and zones with changing clocks in some', () => {
    expect(share(({ sides, isLate }) => sides.length > 1 || isLate)).toBeGreaterThan(1 / 3);
    expect(share(({ sides }) => sides.length > 1)).toBeGreaterThan(0.15);
    expect(share(({ isLate }) => isLate)).toBeGreaterThan(0.15);
    expect(share(({ eventsKept }) => eventsKept !== undefined)).toBeGreaterThan(0.15);
    expect(share(({ zoneName }) => zoneName !== 'UTC')).toBeGreaterThan(0.5);
  });

  it('have histories that arrive late where they say so, and in the order of their times elsewhere', () => {
    const isSorted = ({ sides }: RandomCase) =>
      sides.every(({ events }) =>
        events.every((event, index) => index === 0 || (events[index - 1]?.timestampMs ?? 0) <= event.timestampMs),
      );
    expect(cases.filter(({ isLate }) => !isLate).every(isSorted)).toBe(true);
    expect(cases.filter(({ isLate }) => isLate).some((one) => !isSorted(one))).toBe(true);
  });

  it.each(VALUE_OPERATORS)('ask %s', (operator) => {
    expect(having(new RegExp(`"${operator}":`))).toBeGreaterThan(10);
  });

  it.each([
    ...CALENDAR_WINDOWS,
    'from',
    'after',
    'without',
    'none',
    'span',
    'same',
    'for',
    'element',
    'ignoreCase',
    'as',
  ])('have %s', (name) => {
    expect(having(new RegExp(`"${name}"`))).toBeGreaterThan(10);
  });

  it.each(UNITS)('have lengths in %s', (unit) => {
    expect(having(new RegExp(`"[0-9]+${unit}"`))).toBeGreaterThan(10);
  });

  it('are often decided to the millisecond', () => {
    const turns = cases.filter((one) => {
      const answers = [-1, 0, 1].map((by) => oracleHolds(questionAt(one, one.momentMs + by)));
      return new Set(answers).size > 1;
    });
    expect(turns.length / CASES).toBeGreaterThan(0.25);
  });

  it('are the same for the same seed', () => {
    for (const seed of [0, 17, 4_711]) {
      const [first, second] = [randomCase(seed), randomCase(seed)].map((one) => ({
        ...{ ...one, events: one.events.map((event) => ({ ...event, properties: event.properties.text })) },
        ...{ sides: one.sides.length, traits: one.facts.traits.text, facts: null },
      }));
      expect(first).toEqual(second);
    }
  });
});
