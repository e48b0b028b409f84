import {
  type Condition,
  type DidCondition,
  type DocumentTest,
  documentTest,
  EVER,
  readDuration,
  readPath,
  windowOf,
  type Zone,
} from '@hilo/behaviour';
import { answerAt, type CounterKind, counterIdOf, neededFor, thresholdOf } from './counter.ts';
import { type Definitions, didConditions } from './definitions.ts';
import type { ProfileState } from './profile-state.ts';

/** Definitions compiled for the stream. */
export interface Compiled {
  readonly segments: ReadonlyMap<string, CompiledSegment>;
  /** Counters to feed, by the name of the event. */
  readonly byEvent: ReadonlyMap<string, readonly CompiledCounter[]>;
  readonly counters: ReadonlyMap<string, CompiledCounter>;
  /** True if any segment asks for traits. */
  readonly asksTraits: boolean;
  /** When the newest definition was saved. */
  readonly as_of_ms: number;
  /** Deleted segments, and the version that deleted each. */
  readonly deleted: ReadonlyMap<string, number>;
}

/** One segment, ready to be evaluated. */
export interface CompiledSegment {
  readonly key: string;
  readonly version: number;
  readonly asksTraits: boolean;
  /** Names of the events that it asks for. */
  readonly events: ReadonlySet<string>;
  /**
   * Evaluates the condition for the question's profile and moment, and stores in the question how long the answer
   * holds.
   */
  readonly holds: Evaluate;
}

/** A counter with the test that decides which events of its name count. */
export interface CompiledCounter extends CounterKind {
  /** Null: all of them, without looking at the properties. */
  readonly counts: DocumentTest | null;
}

/** A profile at a moment, and room for how long the answer holds. */
export interface Question {
  readonly state: Pick<ProfileState, 'counters' | 'traits'>;
  readonly nowMs: number;
  /** Written by the evaluation: how long its answer holds if nothing happens. */
  until_ms: number;
}

/** Answers a question about a condition. */
export type Evaluate = (question: Question) => boolean;

const compiledByZone = new WeakMap<Zone, WeakMap<Definitions, Compiled>>();

/** Compiles the definitions; once for each object. */
export function compiledOf(definitions: Definitions, zone: Zone): Compiled {
  let cache = compiledByZone.get(zone);
  if (cache === undefined) compiledByZone.set(zone, (cache = new WeakMap()));
  let compiled = cache.get(definitions);
  if (compiled === undefined) cache.set(definitions, (compiled = compile(definitions, zone)));
  return compiled;
}

function compile(definitions: Definitions, zone: Zone): Compiled {
  const counters = new Map<string, CompiledCounter>();
  const byEvent = new Map<string, CompiledCounter[]>();
  const segments = new Map<string, CompiledSegment>();
  const deleted = new Map<string, number>();
  for (const [key, { version, condition }] of definitions.segments) {
    if (condition === null) {
      deleted.set(key, version);
      continue;
    }
    const dids = didConditions(condition);
    for (const did of dids) {
      const id = counterIdOf(did);
      if (counters.has(id)) continue;
      const counter = compileCounter(did, id, definitions.counting_since_ms.get(id) ?? 0, zone);
      counters.set(id, counter);
      const fed = byEvent.get(did.did);
      if (fed === undefined) byEvent.set(did.did, [counter]);
      else fed.push(counter);
    }
    segments.set(key, {
      key,
      version,
      asksTraits: asksTraits(condition),
      events: new Set(dids.map((did) => did.did)),
      holds: evaluation(condition, counters),
    });
  }
  const anyAsksTraits = [...segments.values()].some((one) => one.asksTraits);
  return { segments, byEvent, counters, asksTraits: anyAsksTraits, as_of_ms: definitions.as_of_ms, deleted };
}

function compileCounter(did: DidCondition, id: string, since_ms: number, zone: Zone): CompiledCounter {
  const tests = (did.where ?? []).map(({ property, is }) => documentTest(readPath(property) ?? [], is));
  const duration = did.within === undefined ? null : readDuration(did.within);
  return {
    id,
    since_ms,
    window: duration === null ? EVER : windowOf(duration, zone),
    ever: duration === null,
    needed: neededFor(thresholdOf(did.count)),
    counts: tests.length === 0 ? null : (properties) => tests.every((test) => test(properties)),
  };
}

function asksTraits(condition: Condition): boolean {
  if ('trait' in condition) return true;
  if ('did' in condition) return false;
  if ('not' in condition) return asksTraits(condition.not);
  return ('all' in condition ? condition.all : condition.any).some(asksTraits);
}

function evaluation(condition: Condition, counters: ReadonlyMap<string, CompiledCounter>): Evaluate {
  if ('trait' in condition) {
    const test = documentTest(readPath(condition.trait) ?? [], condition.is);
    return (question) => {
      question.until_ms = Number.POSITIVE_INFINITY;
      return test(question.state.traits);
    };
  }
  if ('did' in condition) return didEvaluation(condition, counters);
  if ('not' in condition) {
    const inner = evaluation(condition.not, counters);
    return (question) => !inner(question);
  }
  if ('all' in condition) return groupEvaluation(condition.all, true, counters);
  return groupEvaluation(condition.any, false, counters);
}

const NO_TIMES: readonly number[] = [];

function didEvaluation(did: DidCondition, counters: ReadonlyMap<string, CompiledCounter>): Evaluate {
  const counter = counters.get(counterIdOf(did)) as CompiledCounter;
  const threshold = thresholdOf(did.count);
  return (question) => {
    const known = question.state.counters.get(counter.id);
    const timesMs = known?.since_ms === counter.since_ms ? known.timesMs : NO_TIMES;
    const answer = answerAt(timesMs, counter, threshold, question.nowMs);
    question.until_ms = answer.until_ms;
    return answer.holds;
  };
}

/**
 * Evaluates `all` (usually true) and `any` (usually false). If the group has its usual answer, every member has it, and
 * the first member to change may change the group. If not, the group stays as it is until the last deviating member
 * changes.
 */
function groupEvaluation(
  members: readonly Condition[],
  usual: boolean,
  counters: ReadonlyMap<string, CompiledCounter>,
): Evaluate {
  const parts = members.map((member) => evaluation(member, counters));
  return (question) => {
    let usualUntilMs = Number.POSITIVE_INFINITY;
    let otherUntilMs = Number.NEGATIVE_INFINITY;
    for (const part of parts) {
      if (part(question) === usual) usualUntilMs = Math.min(usualUntilMs, question.until_ms);
      else otherUntilMs = Math.max(otherUntilMs, question.until_ms);
      if (otherUntilMs === Number.POSITIVE_INFINITY) break;
    }
    const other = otherUntilMs !== Number.NEGATIVE_INFINITY;
    question.until_ms = other ? otherUntilMs : usualUntilMs;
    return other ? !usual : usual;
  };
}
