import { describe, expect, it } from 'vitest';
import { notEvaluated } from '../stream/not-evaluated.ts';
import { readCondition } from '../read-condition.ts';
import { scenarios } from '../testing/scenarios.ts';
import { TEMPLATES, templateOf, usualValues } from './index.ts';

describe.each(TEMPLATES.map((template) => [template.key, template] as const))('the template %s', (key, template) => {
  it('makes a condition that can be saved, with its usual values', () => {
    const read = readCondition(template.condition(usualValues(template)));
    expect(read).toMatchObject({ kind: 'condition' });
    if (read.kind === 'condition') expect(notEvaluated(read.condition)).toEqual([]);
  });

  it('uses each of its parameters', () => {
    const marks = Object.keys(template.parameters).map((name) => [name, `«${name}»`] as const);
    const made = JSON.stringify(template.condition(Object.fromEntries(marks)));
    for (const [, mark] of marks) expect(made).toContain(mark);
  });

  it('has words in both languages', () => {
    const { en, es } = template.words;
    const labels = Object.values(template.parameters).flatMap(({ label }) => [label.en, label.es]);
    for (const text of [en.name, en.about, es.name, es.about, ...labels]) expect(text.trim()).not.toBe('');
    expect(es.name).not.toBe(en.name);
  });

  it('is asked of people in a scenario, with both answers', () => {
    const asked = scenarios().filter(({ name }) => name.startsWith(`templates.json: ${key.replaceAll('-', ' ')}`));
    const answers = asked.flatMap(({ answers: all }) => all.map(({ holds }) => holds));
    expect(new Set(answers)).toEqual(new Set([true, false]));
  });
});

it('a number that is none is a fault at its place', () => {
  const template = templateOf('big-spenders');
  const read = readCondition(template?.condition({ ...usualValues(template), amount: 'much' }));
  expect(read).toMatchObject({ kind: 'problems', problems: [{ field: 'condition.is.gte' }] });
});
