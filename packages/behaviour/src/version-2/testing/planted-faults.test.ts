import { expect, it } from 'vitest';
import { questionAt } from './case.ts';
import { Oracle, oracleHolds } from './oracle.ts';
import type { Question } from './oracle-events.ts';
import { PLANTED_FAULTS } from './planted-faults.ts';
import { randomCase } from './random-cases.ts';
import { scenarios } from './scenarios.ts';

const SEEDS = 3_000;

/** The faults whose answers differ from the oracle's for none of the questions. */
function unfound(questions: Iterable<Question>): string[] {
  const left = new Map(Object.entries(PLANTED_FAULTS));
  for (const question of questions) {
    const right = oracleHolds(question);
    for (const [name, Faulty] of left) {
      if (new Faulty(question).holds(question.condition) !== right) left.delete(name);
    }
    if (left.size === 0) break;
  }
  return [...left.keys()];
}

function* randomQuestions(): Generator<Question> {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const made = randomCase(seed);
    yield questionAt(made, made.momentMs);
  }
}

it('has at least 25 faults, and no oracle without one', () => {
  expect(Object.keys(PLANTED_FAULTS).length).toBeGreaterThanOrEqual(25);
  expect(Object.values(PLANTED_FAULTS).every((Faulty) => Faulty.prototype instanceof Oracle)).toBe(true);
});

it('the scenarios find every planted fault', () => {
  const questions = scenarios().flatMap((one) => one.answers.map(({ momentMs }) => questionAt(one, momentMs)));
  expect(unfound(questions)).toEqual([]);
});

it('random cases find every planted fault', () => {
  expect(unfound(randomQuestions())).toEqual([]);
}, 300_000);
