import type { Zone } from '@hilo/behaviour';
import {
  type CompiledSegment as StreamedSegment,
  type CompiledSegments,
  type CompiledSeries,
  compileSegments,
  SelectorIndex,
} from '@hilo/behaviour/version-2';
import { conditionsOf, type Definitions, namesIn } from './definitions.ts';
import { type PendingSeries, pendingSeries } from './pending-series.ts';

/** Definitions compiled for the stream. */
export interface Compiled extends Pick<CompiledSegments, 'series' | 'matching'> {
  /** In an order in which each comes after those that it names. */
  readonly segments: ReadonlyMap<string, CompiledSegment>;
  readonly bySeries: ReadonlyMap<string, readonly CompiledSegment[]>;
  readonly byTrait: ReadonlyMap<string, readonly CompiledSegment[]>;
  readonly byList: ReadonlyMap<string, readonly CompiledSegment[]>;
  /** When the newest definition was saved. */
  readonly as_of_ms: number;
  /** How often the definitions have changed. */
  readonly revision: number;
  /** The generation of each series that has one, by the id under which profiles keep it. */
  readonly generations: ReadonlyMap<string, number>;
  /** Deleted segments, and the version that deleted each. */
  readonly deleted: ReadonlyMap<string, number>;
}

/** One segment, ready to be evaluated. */
export interface CompiledSegment extends StreamedSegment {
  /** Its place in the order of all. */
  readonly place: number;
  readonly version: number;
  /** The revision that brought its definition. */
  readonly ownRevision: number;
  /** The same, or the newer one of a segment that it names. */
  readonly revision: number;
}

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
  const { counting_since_ms, as_of_ms, revision } = definitions;
  const streamed = compileSegments(conditionsOf(definitions.segments), {
    zone,
    sinceOf: (id) => counting_since_ms.get(id) ?? 0,
    ...namesIn(definitions),
  });
  const pending = pendingSeries(definitions, zone);
  const revisionOf = (key: string): number => definitions.segments.get(key)?.revision ?? 0;
  const segments = new Map<string, CompiledSegment>();
  for (const [key, segment] of streamed.segments) {
    segments.set(key, {
      ...segment,
      place: segments.size,
      version: definitions.segments.get(key)?.version ?? 0,
      ownRevision: revisionOf(key),
      revision: Math.max(revisionOf(key), ...[...segment.all.segments].map(revisionOf)),
    });
  }
  const ofStage = (index: CompiledSegments['bySeries']): Compiled['bySeries'] =>
    new Map([...index].map(([id, found]) => [id, found.map(({ key }) => segments.get(key) as CompiledSegment)]));
  return {
    segments,
    ...withPending(streamed, pending, definitions),
    ...{ as_of_ms, revision, deleted: deletedIn(definitions) },
    bySeries: ofStage(streamed.bySeries),
    byTrait: ofStage(streamed.byTrait),
    byList: ofStage(streamed.byList),
  };
}

/** The series of the definitions in force, and those that are collected for others. */
function withPending(
  { series, matching }: CompiledSegments,
  pending: readonly PendingSeries[],
  definitions: Definitions,
): Pick<Compiled, 'series' | 'matching' | 'generations'> {
  const { nameOf } = namesIn(definitions);
  const generations = new Map([...definitions.generations].map(([id, generation]) => [nameOf(id), generation]));
  if (pending.length === 0) return { series, matching, generations };
  const index = new SelectorIndex<CompiledSeries>();
  for (const { kind, selector, generation } of pending) {
    generations.set(kind.id, generation);
    index.add(selector, kind);
  }
  return {
    series: new Map([...series, ...pending.map(({ kind }): [string, CompiledSeries] => [kind.id, kind])]),
    matching: (event) => [...matching(event), ...index.matching(event)],
    generations,
  };
}

function deletedIn({ segments }: Definitions): ReadonlyMap<string, number> {
  const deleted = new Map<string, number>();
  for (const [key, { version, condition }] of segments) if (condition === null) deleted.set(key, version);
  return deleted;
}
