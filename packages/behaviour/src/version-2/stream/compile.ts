import type { Zone } from '../../time/zone.ts';
import type { Condition, DidCondition } from '../condition.ts';
import { LIMITS } from '../limits.ts';
import { pathOf } from './value-test.ts';
import { type Leaf, leavesOf, seriesIdsOfLeaf, traitsOfEvents } from './asks.ts';
import { inDependencyOrder, segmentsNamed } from './dependencies.ts';
import { evaluation, type EvaluationContext } from './evaluation.ts';
import type { SelectedEvent } from './event-filter.ts';
import { type Answer, type Evaluate, questionAt, type StreamedProfile } from './question.ts';
import { type CompiledSeries, SeriesRegistry } from './series-registry.ts';

/** Definitions, ready to be evaluated by the stream: what an event or a trait can change is looked up, not searched. */
export interface CompiledSegments {
  /** Each segment after those that it names with `in`. */
  readonly segments: ReadonlyMap<string, CompiledSegment>;
  readonly series: ReadonlyMap<string, CompiledSeries>;
  /** Segments that depend on a series, also through others that they name. */
  readonly bySeries: ReadonlyMap<string, readonly CompiledSegment[]>;
  /** Segments that depend on a top-level trait, also through others that they name. */
  readonly byTrait: ReadonlyMap<string, readonly CompiledSegment[]>;
  /** The series whose selector means the event; their tests of its properties are yet to be asked. */
  matching(event: SelectedEvent): readonly CompiledSeries[];
  /** Segments that depend on a static list, also through others that they name. */
  readonly byList: ReadonlyMap<string, readonly CompiledSegment[]>;
}

/** One segment, ready to be evaluated. */
export interface CompiledSegment {
  readonly key: string;
  readonly evaluate: Evaluate;
  /** What its own condition looks at. */
  readonly own: Dependencies;
  /** The same with what the segments look at that it names, and those that they name. */
  readonly all: Dependencies;
}

/** What an answer depends on. */
export interface Dependencies {
  /** Ids of series. */
  readonly series: ReadonlySet<string>;
  /** Names of top-level traits. */
  readonly traits: ReadonlySet<string>;
  /** Keys of static lists. */
  readonly lists: ReadonlySet<string>;
  /** Keys of segments, also of such that do not exist. */
  readonly segments: ReadonlySet<string>;
}

/** How definitions are compiled. */
export interface CompileOptions {
  readonly zone: Zone;
  /** How many of its newest events a series keeps; absent: `LIMITS.eventsKept`. */
  readonly eventsKept?: number;
  /** When a series began to count; absent: 0 for all. */
  readonly sinceOf?: (seriesId: string) => number;
  /** The id of a counter of version 1 that goes on counting for a condition; absent: there are none. */
  readonly counterOf?: (condition: DidCondition) => string | null;
  /** The id under which a profile keeps a series, such as that of its generation; absent: the same. */
  readonly nameOf?: (seriesId: string) => string;
}

/**
 * Compiles the conditions of all segments by their keys. Throws a `RangeError` if segments name each other in a circle, and
 * for what `notEvaluated` finds.
 */
export function compileSegments(
  conditions: ReadonlyMap<string, Condition>,
  { zone, eventsKept = LIMITS.eventsKept, sinceOf = () => 0, counterOf = () => null, nameOf = same }: CompileOptions,
): CompiledSegments {
  const registry = new SeriesRegistry(zone, sinceOf, nameOf);
  const segments = new Map<string, CompiledSegment>();
  const context: EvaluationContext = { registry, eventsKept, counterOf, segment: (key) => segments.get(key)?.evaluate };
  for (const key of inDependencyOrder(conditions)) {
    const condition = conditions.get(key) as Condition;
    const own = dependenciesOf(condition, { counterOf, nameOf });
    const all = [...own.segments].flatMap((named) => segments.get(named)?.all ?? []).reduce(together, own);
    segments.set(key, { key, evaluate: evaluation(condition, context), own, all });
  }
  const { series, index } = registry.compiled();
  return {
    segments,
    series,
    bySeries: dependents(segments, ({ all }) => all.series),
    byTrait: dependents(segments, ({ all }) => all.traits),
    byList: dependents(segments, ({ all }) => all.lists),
    matching: (event) => index.matching(event),
  };
}

/** The answer of a segment for a profile at a moment. */
export function answerAt(segment: CompiledSegment, profile: StreamedProfile, nowMs: number): Answer {
  const question = questionAt(profile, nowMs);
  const holds = segment.evaluate(question);
  return { holds, untilMs: question.untilMs };
}

/** Ids of the series that a condition asks for, not through other segments. */
export function seriesIdsOf(
  condition: Condition,
  { counterOf = () => null, nameOf = same }: Pick<CompileOptions, 'counterOf' | 'nameOf'> = {},
): readonly string[] {
  return leavesOf(condition).flatMap((leaf) => {
    const counter = 'did' in leaf ? counterOf(leaf) : null;
    return counter === null ? seriesIdsOfLeaf(leaf).map(nameOf) : [counter];
  });
}

function same(id: string): string {
  return id;
}

function dependenciesOf(
  condition: Condition,
  names: Required<Pick<CompileOptions, 'counterOf' | 'nameOf'>>,
): Dependencies {
  return {
    series: new Set(seriesIdsOf(condition, names)),
    traits: new Set(leavesOf(condition).flatMap(traitsOf)),
    lists: new Set(leavesOf(condition).flatMap((leaf) => ('list' in leaf ? [leaf.list] : []))),
    segments: new Set(segmentsNamed(condition)),
  };
}

function together(one: Dependencies, other: Dependencies): Dependencies {
  return {
    series: new Set([...one.series, ...other.series]),
    traits: new Set([...one.traits, ...other.traits]),
    lists: new Set([...one.lists, ...other.lists]),
    segments: new Set([...one.segments, ...other.segments]),
  };
}

/** Top-level traits that the condition looks at. */
function traitsOf(leaf: Leaf): readonly string[] {
  const own = 'trait' in leaf ? [leaf.trait] : [];
  const tests = 'is' in leaf ? Object.values(leaf.is as Readonly<Record<string, unknown>>) : [];
  const operands = tests.flatMap((value) =>
    typeof value === 'object' && value !== null && 'trait' in value ? [value.trait as string] : [],
  );
  return [...own, ...operands, ...traitsOfEvents(leaf)].map((path) => pathOf(path)[0] as string);
}

function dependents(
  segments: ReadonlyMap<string, CompiledSegment>,
  namesOf: (segment: CompiledSegment) => ReadonlySet<string>,
): ReadonlyMap<string, readonly CompiledSegment[]> {
  const found = new Map<string, CompiledSegment[]>();
  for (const segment of segments.values()) {
    for (const name of namesOf(segment)) {
      const known = found.get(name);
      if (known === undefined) found.set(name, [segment]);
      else known.push(segment);
    }
  }
  return found;
}
