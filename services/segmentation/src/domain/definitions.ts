import { readCondition as readVersion1 } from '@hilo/behaviour';
import {
  circleOf,
  type Condition,
  type DidCondition,
  notEvaluated,
  readCondition,
  seriesIdsOf,
} from '@hilo/behaviour/version-2';
import { parseJson } from '@hilo/exact-json';
import type { SegmentDefined } from '@hilo/schemas';
import { refuseUnreadableFormat } from '@hilo/streaming';
import { counterIdOf } from './counter-id.ts';

/** Which series the definitions in force ask for. */
export interface Counting {
  /** Series that began when a definition was saved, and when that was. */
  readonly counting_since_ms: ReadonlyMap<string, number>;
  /** Series that have the whole past, and the generation that brought it. */
  readonly generations: ReadonlyMap<string, number>;
}

/** The definitions, as one partition has read them. Never mutated: a change makes a new object. */
export interface Definitions extends Counting {
  /** Those in force. */
  readonly segments: ReadonlyMap<string, Definition>;
  /** By segment, those that are not in force yet. */
  readonly pending: ReadonlyMap<string, PendingDefinition>;
  /** Of the generations in use, those that the partition collects events for, and the offset of `events.identified` from which on it does. */
  readonly cuts: ReadonlyMap<number, number>;
  /** When the newest definition was saved. */
  readonly as_of_ms: number;
  /** How often those in force have changed in this partition. */
  readonly revision: number;
}

/** One segment. A deleted one stays with its version, so that an older record cannot bring it back. */
export interface Definition {
  readonly version: number;
  readonly condition: Condition | null;
  /** The revision of all definitions that brought this one. */
  readonly revision: number;
}

/** A definition that comes into force once its series have their past. */
export interface PendingDefinition {
  readonly version: number;
  readonly condition: Condition;
  /** Number of the change that declared it. */
  readonly generation: number;
  /** Ids of the series that belong to this generation; the others that it asks for have their past already. */
  readonly series: readonly string[];
}

/** No definitions. */
export const NO_DEFINITIONS: Definitions = {
  segments: new Map(),
  pending: new Map(),
  cuts: new Map(),
  counting_since_ms: new Map(),
  generations: new Map(),
  as_of_ms: 0,
  revision: 0,
};

/** The id of a series that belongs to a generation, under which profiles keep it. */
export function idInGeneration(series: string, generation: number): string {
  return `${series}@${generation}`;
}

/**
 * The definitions after a record. The same object if the record changes nothing: a known version, or text that is not a
 * condition which the stream evaluates. The service checks before it writes, so that is another producer's mistake, and the
 * definition in force stays. `position`: the offset of `events.identified` below which the partition has folded everything.
 */
export function withDefinition(definitions: Definitions, record: SegmentDefined, position = () => 0): Definitions {
  switch (record.phase) {
    case 'declared':
      return withDeclared(definitions, record);
    case 'cut':
      return withCut(definitions, record, position);
    default:
      return withInForce(definitions, record);
  }
}

function withDeclared(definitions: Definitions, record: SegmentDefined): Definitions {
  const { segment, version, generation, series } = record;
  if (version <= versionIn(definitions, segment)) return definitions;
  const condition = record.definition === null ? null : (conditionOf(record.definition) ?? null);
  if (condition === null) return definitions;
  const pending = new Map(definitions.pending).set(segment, { version, condition, generation, series });
  return { ...definitions, pending, cuts: cutsOf(definitions.cuts, definitions.generations, pending) };
}

function withCut(definitions: Definitions, record: SegmentDefined, position: () => number): Definitions {
  const { generation } = record;
  if (definitions.pending.get(record.segment)?.generation !== generation) return definitions;
  if (definitions.cuts.has(generation)) return definitions;
  return { ...definitions, cuts: new Map(definitions.cuts).set(generation, position()) };
}

function withInForce(definitions: Definitions, record: SegmentDefined): Definitions {
  const { segment, version, decided_at, generation } = record;
  if (version < versionIn(definitions, segment)) return definitions;
  if (version <= (definitions.segments.get(segment)?.version ?? 0)) return definitions;
  const condition = record.definition === null ? null : conditionOf(record.definition);
  if (condition === undefined) return definitions;
  const revision = definitions.revision + 1;
  const segments = new Map(definitions.segments).set(segment, { version, condition, revision });
  const conditions = conditionsOf(segments);
  if (condition !== null && circleOf(conditions) !== null) return definitions;
  const pending = new Map(definitions.pending);
  pending.delete(segment);
  const brought = new Map(definitions.generations);
  if (generation > 0) for (const id of record.series) brought.set(id, generation);
  const generations = generationsOf(conditions, brought);
  return {
    segments,
    pending,
    cuts: cutsOf(definitions.cuts, generations, pending),
    generations,
    counting_since_ms: countingSince(conditions, { ...definitions, generations }, decided_at),
    as_of_ms: Math.max(definitions.as_of_ms, decided_at),
    revision,
  };
}

/** The newest version of a segment that is known. */
function versionIn({ segments, pending }: Definitions, segment: string): number {
  return Math.max(segments.get(segment)?.version ?? 0, pending.get(segment)?.version ?? 0);
}

function cutsOf(
  cuts: Definitions['cuts'],
  generations: Definitions['generations'],
  pending: Definitions['pending'],
): Definitions['cuts'] {
  const used = new Set([...generations.values(), ...[...pending.values()].map((one) => one.generation)]);
  return new Map([...cuts].filter(([generation]) => used.has(generation)));
}

/**
 * The newest generation that counts an event of the partition: the last one for which it collects; for a replayed dead
 * letter at `offset`, the last one for which it did when it read the record first.
 */
export function newestGeneration({ cuts }: Pick<Definitions, 'cuts'>, offset = Number.POSITIVE_INFINITY): number {
  let newest = 0;
  for (const [generation, position] of cuts) if (position <= offset) newest = Math.max(newest, generation);
  return newest;
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
 * Under which ids profiles keep series: those of their generations. Counters of an earlier release that were in use when it was
 * replaced go on as long as a segment asks for them, and no generation has the same events.
 */
export function namesIn({ counting_since_ms, generations }: Counting): {
  readonly counterOf: (condition: DidCondition) => string | null;
  readonly nameOf: (id: string) => string;
} {
  return {
    counterOf(condition) {
      const id = counterIdOf(condition);
      if (id === null || !counting_since_ms.has(id)) return null;
      return seriesIdsOf(condition).some((one) => generations.has(one)) ? null : id;
    },
    nameOf(id) {
      const generation = generations.get(id);
      return generation === undefined ? id : idInGeneration(id, generation);
    },
  };
}

/** Series of all conditions that have no past: existing ones keep their start, new ones begin at `nowMs`. */
export function countingSince(
  conditions: ReadonlyMap<string, Condition>,
  before: Counting,
  nowMs: number,
): ReadonlyMap<string, number> {
  const after = new Map<string, number>();
  const { counterOf } = namesIn(before);
  for (const condition of conditions.values()) {
    for (const id of seriesIdsOf(condition, { counterOf }))
      if (!before.generations.has(id)) after.set(id, before.counting_since_ms.get(id) ?? nowMs);
  }
  return after;
}

/** The generations of series that a condition asks for. */
export function generationsOf(
  conditions: ReadonlyMap<string, Condition>,
  generations: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const asked = new Set([...conditions.values()].flatMap((condition) => seriesIdsOf(condition)));
  return new Map([...generations].filter(([id]) => asked.has(id)));
}

/** The time from which every event counts that the condition asks for; null if all of the past counts, or it asks for none. */
export function eventsCountedFrom(condition: Condition, counting: Counting): number | null {
  const beginnings = seriesIdsOf(condition, namesIn(counting)).flatMap(
    (id) => counting.counting_since_ms.get(id) ?? [],
  );
  return beginnings.length === 0 ? null : Math.max(...beginnings);
}

function conditionOf(text: string): Condition | undefined {
  try {
    const read = readCondition(parseJson(text));
    return read.kind === 'condition' && notEvaluated(read.condition).length === 0 ? read.condition : undefined;
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
  readonly pending?: readonly (readonly [string, PendingDefinition])[];
  readonly cuts?: readonly (readonly [number, number])[];
  readonly generations?: readonly (readonly [string, number])[];
  readonly counting_since_ms: readonly (readonly [string, number])[];
  readonly as_of_ms: number;
}

/** Bytes of the definitions, for the stage's checkpoint. */
export function encodeDefinitions(definitions: Definitions): Buffer {
  const { segments, counting_since_ms, as_of_ms, revision } = definitions;
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
    pending: [...definitions.pending],
    cuts: [...definitions.cuts],
    generations: [...definitions.generations],
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
    pending: new Map(written.pending),
    cuts: new Map(written.cuts),
    generations: new Map(written.generations),
    counting_since_ms: new Map(written.counting_since_ms),
    as_of_ms: written.as_of_ms,
    revision: written.revision ?? 0,
  };
}
