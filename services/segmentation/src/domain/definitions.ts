import { type Condition, type DidCondition, readCondition } from '@hilo/behaviour';
import { parseJson } from '@hilo/exact-json';
import type { SegmentDefined } from '@hilo/schemas';
import { refuseUnreadableFormat } from '@hilo/streaming';
import { counterIdOf, neededFor, thresholdOf } from './counter.ts';

/** The definitions in force, as one partition has read them. Never mutated: a change makes a new object. */
export interface Definitions {
  readonly segments: ReadonlyMap<string, Definition>;
  /** Counters in use, and when each began to count. */
  readonly counting_since_ms: ReadonlyMap<string, number>;
  /** When the newest definition was saved. */
  readonly as_of_ms: number;
}

/** One segment. A deleted one stays with its version, so that an older record cannot bring it back. */
export interface Definition {
  readonly version: number;
  readonly condition: Condition | null;
}

/** No definitions. */
export const NO_DEFINITIONS: Definitions = { segments: new Map(), counting_since_ms: new Map(), as_of_ms: 0 };

/**
 * The definitions after a record. The same object if the record changes nothing: a known version, or text that is not a
 * condition. The service checks before it writes, so that is another producer's mistake, and the definition in force
 * stays.
 */
export function withDefinition(definitions: Definitions, record: SegmentDefined): Definitions {
  const known = definitions.segments.get(record.segment);
  if (known !== undefined && record.version <= known.version) return definitions;
  const condition = record.definition === null ? null : conditionOf(record.definition);
  if (condition === undefined) return definitions;
  const segments = new Map(definitions.segments).set(record.segment, { version: record.version, condition });
  return {
    segments,
    counting_since_ms: countingSince(segments, definitions.counting_since_ms, record.decided_at),
    as_of_ms: Math.max(definitions.as_of_ms, record.decided_at),
  };
}

/** Counters of all conditions: existing ones keep their start, new ones begin at `nowMs`. */
export function countingSince(
  segments: ReadonlyMap<string, Definition>,
  before: ReadonlyMap<string, number>,
  nowMs: number,
): ReadonlyMap<string, number> {
  const after = new Map<string, number>();
  for (const { condition } of segments.values()) {
    for (const did of condition === null ? [] : didConditions(condition)) {
      const id = counterIdOf(did);
      after.set(id, before.get(id) ?? nowMs);
    }
  }
  return after;
}

/** The time from which every event counts that the condition asks for; null if it asks for none. */
export function eventsCountedFrom(condition: Condition, since_ms: ReadonlyMap<string, number>): number | null {
  const beginnings = didConditions(condition).map((did) => since_ms.get(counterIdOf(did)) ?? 0);
  return beginnings.length === 0 ? null : Math.max(...beginnings);
}

/** How many event times one profile can hold at most for all conditions together. */
export function timesNeeded(conditions: readonly Condition[]): number {
  const needed = new Map(
    conditions.flatMap(didConditions).map((did) => [counterIdOf(did), neededFor(thresholdOf(did.count))]),
  );
  return [...needed.values()].reduce((sum, times) => sum + times, 0);
}

/** All conditions on events in the tree. */
export function didConditions(condition: Condition): readonly DidCondition[] {
  if ('did' in condition) return [condition];
  if ('trait' in condition) return [];
  if ('not' in condition) return didConditions(condition.not);
  return ('all' in condition ? condition.all : condition.any).flatMap(didConditions);
}

function conditionOf(text: string): Condition | undefined {
  try {
    const read = readCondition(parseJson(text));
    return read.kind === 'condition' ? read.condition : undefined;
  } catch {
    return undefined;
  }
}

const FORMAT = 1;

/** Bytes of the definitions, for the stage's checkpoint. */
export function encodeDefinitions({ segments, counting_since_ms, as_of_ms }: Definitions): Buffer {
  const json = { format: FORMAT, segments: [...segments], counting_since_ms: [...counting_since_ms], as_of_ms };
  return Buffer.from(JSON.stringify(json));
}

/** The definitions encoded in the bytes. */
export function decodeDefinitions(bytes: Buffer): Definitions {
  const json = parseJson(bytes.toString()) as {
    readonly format: number;
    readonly segments: [string, Definition][];
    readonly counting_since_ms: [string, number][];
    readonly as_of_ms: number;
  };
  refuseUnreadableFormat('the definitions', json.format, FORMAT);
  const { as_of_ms } = json;
  return { segments: new Map(json.segments), counting_since_ms: new Map(json.counting_since_ms), as_of_ms };
}
