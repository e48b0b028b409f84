import { describe, expect, it } from 'vitest';
import type { Condition } from '../condition.ts';
import { type Case, questionAt as askedOracle, zoneOf } from '../testing/case.ts';
import { oracleHolds } from '../testing/oracle.ts';
import { Random } from '../testing/random.ts';
import { type RandomCase, randomCase } from '../testing/random-cases.ts';
import { scenarios } from '../testing/scenarios.ts';
import type { ProfileEvent } from '../model.ts';
import { answerAt, type CompiledSegments, compileSegments } from './compile.ts';
import { mergedSeries, type SeriesById, seriesWith, takenBy, trimmedSeries } from './fold.ts';
import { notEvaluated } from './not-evaluated.ts';
import type { Answer } from './question.ts';
import { readSeries, writtenSeries, type WrittenSeries } from './series-codec.ts';

const SEEDS = Number(process.env['HILO_PROPERTY_RUNS'] ?? 2_000);
const FIRST_SEED = Number(process.env['HILO_FIRST_SEED'] ?? 0);
const ASKED = ' asked';

/** The case's segments, and its condition as one more. */
function compiledOf({ condition, segments, zoneName, eventsKept }: Case): CompiledSegments {
  return compileSegments(new Map([...segments, [ASKED, condition]]), {
    zone: zoneOf(zoneName),
    ...(eventsKept === undefined ? {} : { eventsKept }),
  });
}

function isEvaluated({ condition, segments }: Case): boolean {
  return [condition, ...segments.values()].every((one: Condition) => notEvaluated(one).length === 0);
}

function foldedEvent(series: SeriesById, event: ProfileEvent, nowMs: number, compiled: CompiledSegments): SeriesById {
  return seriesWith(series, event, takenBy(event, compiled), nowMs);
}

/** As if it had been stored and loaded. */
function stored(series: SeriesById): SeriesById {
  const text = JSON.stringify([...series].map(([id, one]) => [id, writtenSeries(one)]));
  return new Map((JSON.parse(text) as [string, WrittenSeries][]).map(([id, one]) => [id, readSeries(one)]));
}

/** Folds events in any order, some as of other profiles that are merged in between, at moments up to the given one. */
function folded(random: Random, events: readonly ProfileEvent[], momentMs: number, compiled: CompiledSegments) {
  const nowMs = () =>
    random.chance(0.5) ? momentMs : momentMs - random.pick([1, 60_000, 86_400_000, 40 * 86_400_000]);
  let sides: SeriesById[] = [new Map(), new Map(), new Map()];
  for (const event of events) {
    const index = random.whole(0, sides.length - 1);
    const side = foldedEvent(sides[index] as SeriesById, event, nowMs(), compiled);
    sides[index] = random.chance(0.2) ? stored(trimmedSeries(side, compiled, nowMs(), 0)) : side;
    if (sides.length > 1 && random.chance(0.2)) {
      const [a, b, ...others] = random.shuffled(sides) as [SeriesById, SeriesById];
      sides = [mergedSeries(a, b), ...others];
    }
  }
  const all = trimmedSeries(random.shuffled(sides).reduce(mergedSeries), compiled, nowMs(), 0);
  return random.chance(0.5) ? all : stored(all);
}

function answers(compiled: CompiledSegments, one: Case, series: SeriesById, nowMs: number): Answer {
  const segment = compiled.segments.get(ASKED);
  if (segment === undefined) throw new Error('not compiled');
  return answerAt(segment, { series, facts: one.facts }, nowMs);
}

const oracle = (one: Case, momentMs: number): boolean => oracleHolds(askedOracle(one, momentMs));

/** Up to so many wake-ups are followed, and moments between them looked at. */
const WAKES = 4;
const FAR_MS = 3 * 366 * 86_400_000;

/** The first moment at which stream and oracle differ; null: none. */
function difference(random: Random, one: RandomCase): string | null {
  const compiled = compiledOf(one);
  const events = random.chance(0.5) ? one.events : random.shuffled(one.events);
  const series = folded(random, events, one.momentMs, compiled);
  let nowMs = one.momentMs;
  for (let wake = 0; wake <= WAKES; wake += 1) {
    const { holds, untilMs } = answers(compiled, one, series, nowMs);
    const about = `seed ${one.seed} at ${new Date(nowMs).toISOString()} until ${untilMs}`;
    if (oracle(one, nowMs) !== holds) return `${about}: the stream says ${holds}`;
    if (untilMs <= nowMs) return `${about}: is not later`;
    const endMs = Math.min(untilMs, nowMs + FAR_MS);
    const between = [
      Math.min(nowMs + 1, endMs - 1),
      endMs - 1,
      ...random.times(3, () => random.whole(nowMs, endMs - 1)),
    ];
    const changed = between.find((momentMs) => oracle(one, momentMs) !== holds);
    if (changed !== undefined) return `${about}: changes at ${new Date(changed).toISOString()}`;
    if (untilMs === Number.POSITIVE_INFINITY) return null;
    nowMs = untilMs;
  }
  return null;
}

describe('the stream', () => {
  it('answers random questions as the oracle does, and no answer changes by time before it says so', () => {
    const differences: string[] = [];
    let asked = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS && differences.length < 10; seed += 1) {
      const one = randomCase(seed);
      if (!isEvaluated(one)) continue;
      asked += 1;
      const found = difference(new Random(seed + 1_000_000), one);
      if (found !== null) differences.push(found);
    }
    expect(differences).toEqual([]);
    expect(asked).toBeGreaterThan(SEEDS / 2);
  }, 600_000);

  it('answers every scenario as people do', () => {
    const wrong = scenarios()
      .filter(isEvaluated)
      .flatMap((scenario) =>
        scenario.answers
          .filter(({ momentMs, holds }) => {
            const compiled = compiledOf(scenario);
            const series = scenario.events.reduce<SeriesById>(
              (state, event) => foldedEvent(state, event, momentMs, compiled),
              new Map(),
            );
            return answers(compiled, scenario, series, momentMs).holds !== holds;
          })
          .map(({ momentMs, holds }) => `${scenario.name} at ${new Date(momentMs).toISOString()}: not ${holds}`),
      );
    expect(wrong).toEqual([]);
  });
});
