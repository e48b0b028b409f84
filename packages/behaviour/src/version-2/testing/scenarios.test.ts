import { expect, it } from 'vitest';
import { questionAt } from './case.ts';
import { oracleHolds } from './oracle.ts';
import { FORMS } from './random-conditions.ts';
import { scenarios } from './scenarios.ts';

const all = scenarios();

it('the oracle answers every scenario as people do', () => {
  const wrong = all.flatMap((scenario) =>
    scenario.answers
      .filter(({ momentMs, holds }) => oracleHolds(questionAt(scenario, momentMs)) !== holds)
      .map(({ momentMs, holds }) => `${scenario.name} at ${new Date(momentMs).toISOString()}: not ${holds}`),
  );
  expect(wrong).toEqual([]);
});

it.each(FORMS)('scenarios ask for %s, with both answers', (form) => {
  const answers = all.filter(({ condition }) => form in condition).flatMap((one) => one.answers);
  expect(new Set(answers.map(({ holds }) => holds))).toEqual(new Set([true, false]));
});

it.each(FORMS)('scenarios ask for %s inside another condition', (form) => {
  const nested = all.filter(({ condition }) => /^\{"(all|any|not)"/.test(JSON.stringify(condition)));
  expect(nested.some(({ condition }) => JSON.stringify(condition).slice(5).includes(`{"${form}":`))).toBe(true);
});

it('at least 40 scenarios come from outside', () => {
  const titles = all.filter(({ origin }) => origin !== 'Hilo').map(({ name }) => name.split(': ')[1]);
  expect(new Set(titles).size).toBeGreaterThanOrEqual(40);
});
