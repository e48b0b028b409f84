import { readCondition as readVersion1 } from '@hilo/behaviour';
import {
  circleOf,
  type Condition,
  type DidCondition,
  NOT_YET,
  notEvaluated,
  readCondition,
  seriesIdsOf,
} from '@hilo/behaviour/version-2';
import { parseJson } from '@hilo/exact-json';
import type { SegmentDefined } from '@hilo/schemas';
import { refuseUnreadableFormat } from '@hilo/streaming';
import { counterIdOf } from './counter-id.ts';

/** The definitions in force, as one partition has read them. Never mutated: a change makes a new object. */
export interface Definitions {
  readonly segments: ReadonlyMap<string, Definition>;
  /** Series in use, and when each began to count. */
  readonly counting_since_ms: ReadonlyMap<string, number>;
  /** When the newest definition was saved. */
  readonly as_of_ms: number;
  /** How often they have changed in this partition. */
  readonly revision: number;
}

/** One segment. A deleted one stays with its version, so that an older record cannot bring it back. */
export interface Definition {
  readonly version: number;
  readonly condition: Condition | null;
  /** The revision of all definitions that brought this one. */
  readonly revision: number;
}

/** No definitions. */
export const NO_DEFINITIONS: Definitions = {
  segments: new Map(),
  counting_since_ms: new Map(),
  as_of_ms: 0,
  revision: 0,
};

/**
 * The definitions after a record. The same object if the record changes nothing: a known version, or text that is not a
 * condition which the stream evaluates. The service checks before it writes, so that is another producer's mistake, and the
 * definition in force stays.
 */
export function withDefinition(definitions: Definitions, record: SegmentDefined): Definitions {
  const known = definitions.segments.get(record.segment);
  if (known !== undefined && record.version <= known.version) return definitions;
  const condition = record.definition === null ? null : conditionOf(record.definition);
  if (condition === undefined) return definitions;
  const { version, decided_at } = record;
  const revision = definitions.revision + 1;
  const segments = new Map(definitions.segments).set(record.segment, { version, condition, revision });
  if (condition !== null && circleOf(conditionsOf(segments)) !== null) return definitions;
  return {
    segments,
    counting_since_ms: countingSince(segments, definitions.counting_since_ms, decided_at),
    as_of_ms: Math.max(definitions.as_of_ms, decided_at),
    revision,
  };
}

/** The conditions of the segments that are not deleted. */
export function conditionsOf(
  segments: ReadonlyMap<string, Pick<Definition, 'condition'>>,
): ReadonlyMap<string, Condition> {
  const conditions = new Map<string, Condition>();
  for (const [key, { condition }] of segments) if (condition !== null) conditions.set(key, condition);
  return conditions;
}

/**
 * Which counters of an earlier release go on: those that were in use when it was replaced, as long as a segment asks for
 * them. Their segments keep their answers.
 */
export function countersIn(counting_since_ms: ReadonlyMap<string, number>): (condition: DidCondition) => string | null {
  return (condition) => {
    const id = counterIdOf(condition);
    return id !== null && counting_since_ms.has(id) ? id : null;
  };
}

/** Series of all conditions: existing ones keep their start, new ones begin at `nowMs`. */
export function countingSince(
  segments: ReadonlyMap<string, Pick<Definition, 'condition'>>,
  before: ReadonlyMap<string, number>,
  nowMs: number,
): ReadonlyMap<string, number> {
  const after = new Map<string, number>();
  const counterOf = countersIn(before);
  for (const condition of conditionsOf(segments).values()) {
    for (const id of seriesIdsOf(condition, counterOf)) after.set(id, before.get(id) ?? nowMs);
  }
  return after;
}

/** The time from which every event counts that the condition asks for; null if it asks for none. */
export function eventsCountedFrom(condition: Condition, since_ms: ReadonlyMap<string, number>): number | null {
  const beginnings = seriesIdsOf(condition, countersIn(since_ms)).map((id) => since_ms.get(id) ?? 0);
  return beginnings.length === 0 ? null : Math.max(...beginnings);
}

function conditionOf(text: string): Condition | undefined {
  try {
    const read = readCondition(parseJson(text));
    return read.kind === 'condition' && notEvaluated(read.condition, NOT_YET).length === 0 ? read.condition : undefined;
  } catch {
    return undefined;
  }
}

const FORMAT = 2;

/** A definition without its revision, as format 1 has it. */
type WrittenDefinition = Pick<Definition, 'version' | 'condition'>;

interface WrittenDefinitions {
  readonly format: number;
  /** Those that the previous release reads. */
  readonly segments: readonly (readonly [string, WrittenDefinition])[];
  /** The others; absent in format 1, as are the revisions. */
  readonly further?: readonly (readonly [string, WrittenDefinition])[];
  readonly revision?: number;
  readonly revisions?: readonly (readonly [string, number])[];
  readonly counting_since_ms: readonly (readonly [string, number])[];
  readonly as_of_ms: number;
}

/** Bytes of the definitions, for the stage's checkpoint. */
export function encodeDefinitions({ segments, counting_since_ms, as_of_ms, revision }: Definitions): Buffer {
  const all = [...segments].map(([key, { version, condition }]): [string, WrittenDefinition] => [
    key,
    { version, condition },
  ]);
  const written: WrittenDefinitions = {
    format: FORMAT,
    segments: all.filter(([, { condition }]) => isVersion1(condition)),
    further: all.filter(([, { condition }]) => !isVersion1(condition)),
    revision,
    revisions: [...segments].map(([key, definition]) => [key, definition.revision]),
    counting_since_ms: [...counting_since_ms],
    as_of_ms,
  };
  return Buffer.from(JSON.stringify(written));
}

/** The previous release knows version 1 of the language. */
function isVersion1(condition: Condition | null): boolean {
  return condition === null || readVersion1(condition).kind === 'condition';
}

/** The definitions encoded in the bytes. */
export function decodeDefinitions(bytes: Buffer): Definitions {
  const written = parseJson(bytes.toString()) as WrittenDefinitions;
  refuseUnreadableFormat('the definitions', written.format, FORMAT);
  const revisions = new Map(written.revisions);
  const segments = [...written.segments, ...(written.further ?? [])].map(([key, definition]): [string, Definition] => [
    key,
    { ...definition, revision: revisions.get(key) ?? 0 },
  ]);
  return {
    segments: new Map(segments),
    counting_since_ms: new Map(written.counting_since_ms),
    as_of_ms: written.as_of_ms,
    revision: written.revision ?? 0,
  };
}
