import { describe, expect, it } from 'vitest';
import type { Condition } from '../condition.ts';
import type { ProfileEvent } from '../model.ts';
import { type Case, questionAt as askedOracle, zoneOf } from '../testing/case.ts';
import { oracleHolds } from '../testing/oracle.ts';
import { type RandomCase, randomCase } from '../testing/random-cases.ts';
import { scenarios } from '../testing/scenarios.ts';
import { type CompiledSegments, compileSegments } from '../stream/compile.ts';
import { type SeriesById, seriesWith, takenBy } from '../stream/fold.ts';
import { notEvaluated } from '../stream/not-evaluated.ts';
import { explainCondition, type Explanation } from './explain-condition.ts';
import type { Explained } from './explanation.ts';
import { madeEvent, selectorOf } from './supposed.ts';
import { isEventLeaf } from './leaf-events.ts';
import { aggregateAsk, type Leaf } from '../stream/asks.ts';
import type { Path } from '../../document/path.ts';
import { pathOf } from '../stream/value-test.ts';

const SEEDS = Number(process.env['HILO_PROPERTY_RUNS'] ?? 2_000);
const FAR_MS = 3 * 366 * 86_400_000;

function isEvaluated({ condition, segments }: Case): boolean {
  return [condition, ...segments.values()].every((one) => notEvaluated(one).length === 0);
}

function compiledOf({ condition, segments, zoneName, eventsKept }: Case): CompiledSegments {
  return compileSegments(new Map([...segments, [' asked', condition]]), {
    zone: zoneOf(zoneName),
    ...(eventsKept === undefined ? {} : { eventsKept }),
  });
}

function explained(one: Case, momentMs: number): Explanation {
  const compiled = compiledOf(one);
  const series = one.events.reduce<SeriesById>(
    (state, event) => seriesWith(state, event, takenBy(event, compiled), momentMs),
    new Map(),
  );
  return explainCondition(one.condition, { series, facts: one.facts }, momentMs, {
    ...{ zone: zoneOf(one.zoneName), segment: (key) => compiled.segments.get(key)?.evaluate },
    ...(one.eventsKept === undefined ? {} : { eventsKept: one.eventsKept }),
  });
}

/** Each condition of the tree with its explanation. */
function eachPart(condition: Condition, node: Explained): readonly (readonly [Condition, Explained])[] {
  const inner =
    'all' in condition ? condition.all : 'any' in condition ? condition.any : 'not' in condition ? [condition.not] : [];
  return [[condition, node], ...inner.flatMap((one, index) => eachPart(one, node.of[index] as Explained))];
}

const oracle = (one: Case, momentMs: number): boolean => oracleHolds(askedOracle(one, momentMs));

/** What is wrong with an explanation. */
function faults(one: Case, momentMs: number, about: string): readonly string[] {
  const { condition } = explained(one, momentMs);
  return eachPart(one.condition, condition).flatMap(([part, node]) => {
    const asked = { ...one, condition: part };
    const where = `${about} ${node.field} ${JSON.stringify(part)}`;
    if (oracle(asked, momentMs) !== node.holds) return [`${where}: holds ${node.holds}`];
    const { change, sinceMs } = node;
    if (change.kind === 'at') {
      if (oracle(asked, change.atMs) === node.holds) return [`${where}: no change at ${change.atMs}`];
      if (oracle(asked, change.atMs - 1) !== node.holds) return [`${where}: changes before ${change.atMs}`];
    }
    if (change.kind === 'never' && oracle(asked, momentMs + FAR_MS) !== node.holds) return [`${where}: changes`];
    if (sinceMs !== null && one.events.every(({ timestampMs }) => timestampMs <= momentMs)) {
      const atMs = [sinceMs, Math.floor((sinceMs + momentMs) / 2)];
      const then = (ms: number): Case => ({
        ...asked,
        events: one.events.filter(({ timestampMs }) => timestampMs <= ms),
      });
      if (sinceMs > momentMs) return [`${where}: since a time to come`];
      if (atMs.some((ms) => oracle(then(ms), ms) !== node.holds)) return [`${where}: not since ${sinceMs}`];
    }
    return [];
  });
}

describe('an explanation', () => {
  it('says of each condition of every scenario what the oracle says', () => {
    const wrong = scenarios()
      .filter(isEvaluated)
      .flatMap((one) => one.answers.flatMap(({ momentMs }) => faults(one, momentMs, one.name)));
    expect(wrong).toEqual([]);
  });

  it('says of each condition of random cases what the oracle says, since when, and when it changes by itself', () => {
    const wrong: string[] = [];
    for (let seed = 0; seed < SEEDS && wrong.length < 10; seed += 1) {
      const one = randomCase(seed);
      if (isEvaluated(one)) wrong.push(...faults(one, one.momentMs, `seed ${seed}`));
    }
    expect(wrong).toEqual([]);
  }, 600_000);
});

/** Relations in which a number stands to itself. */
const EXACT = ['at_least', 'at_most', 'exactly'];

function pathOfLeaf(leaf: Leaf): Path {
  return pathOf('of' in leaf ? (aggregateAsk(leaf).paths[0] ?? '') : '');
}

/** The events that a change names, if all of it is events and time; null: it is not. */
function eventsOf(one: RandomCase, explanation: Explanation): readonly ProfileEvent[] | null {
  const change = explanation.smallestChange;
  if (change === null) return null;
  const parts = new Map(eachPart(one.condition, explanation.condition).map(([part, { field }]) => [field, part]));
  const made: ProfileEvent[] = [];
  for (const step of change.steps) {
    if (step.code === 'time') continue;
    const leaf = parts.get(step.field) as Leaf;
    if (!isEventLeaf(leaf) || (leaf.where ?? []).length > 0) return null;
    // What is followed by a wait happens before it.
    const isFirst = change.steps.some((other) => other.code === 'time' && other.field === step.field);
    const happensMs = isFirst ? one.momentMs : change.atMs;
    const make = (path?: Path, value?: string) => madeEvent(selectorOf(leaf), path, value, happensMs, made.length);
    if (step.code === 'events') for (let count = 0; count < step.count; count += 1) made.push(make());
    else if (step.code === 'number' && EXACT.includes(step.relation)) made.push(make(pathOfLeaf(leaf), step.number));
    else return null;
  }
  return made;
}

describe('the smallest change', () => {
  it('changes the answer that the oracle gives, if it is made of events and time', () => {
    const wrong: string[] = [];
    let changed = 0;
    let found = 0;
    for (let seed = 0; seed < SEEDS && wrong.length < 10; seed += 1) {
      const one = randomCase(seed);
      if (!isEvaluated(one)) continue;
      const explanation = explained(one, one.momentMs);
      if (explanation.smallestChange !== null) found += 1;
      const events = eventsOf(one, explanation);
      if (events === null || explanation.smallestChange === null) continue;
      changed += 1;
      const after = { ...one, events: [...one.events, ...events] };
      if (oracle(after, explanation.smallestChange.atMs) === explanation.condition.holds) {
        wrong.push(`seed ${seed}: ${JSON.stringify(one.condition)} ${JSON.stringify(explanation.smallestChange)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(found).toBeGreaterThan(SEEDS / 2);
    expect(changed).toBeGreaterThan(SEEDS / 10);
  }, 600_000);
});
