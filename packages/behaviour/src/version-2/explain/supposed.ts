import { JsonText } from '../../document/json-text.ts';
import type { Path } from '../../document/path.ts';
import type { EventSelector } from '../condition.ts';
import type { ProfileEvent } from '../model.ts';
import type { SelectorIndex } from '../stream/event-filter.ts';
import type { StreamedProfile } from '../stream/question.ts';
import { withEvent } from '../stream/series.ts';
import type { CompiledSeries } from '../stream/series-registry.ts';
import type { EventLeaf } from './leaf-events.ts';

/** Events of one condition, supposed to happen. */
export interface SupposedEvents {
  readonly leaf: EventLeaf;
  readonly seriesId: string;
  readonly count: number;
  /** When they happen; null: at the moment that is asked about. */
  readonly happensMs: number | null;
  /** JSON texts for the values at the series' first path, one for each event; null: the path has none. */
  readonly values: readonly string[] | null;
}

/** The series of a condition. */
export interface KnownSeries {
  readonly series: ReadonlyMap<string, CompiledSeries>;
  readonly index: SelectorIndex<CompiledSeries>;
}

/**
 * The profile after the supposed events. Every series takes them whose selector means them, if it has no test of properties that
 * they fail; that of their own condition takes them in any case.
 */
export function supposed(
  profile: StreamedProfile,
  events: readonly SupposedEvents[],
  atMs: number,
  known: KnownSeries,
): StreamedProfile {
  let made = 0;
  const series = new Map(profile.series);
  for (const { leaf, seriesId, count, happensMs, values } of events) {
    const own = known.series.get(seriesId);
    if (own === undefined) continue;
    for (let index = 0; index < count; index += 1) {
      const event = madeEvent(selectorOf(leaf), own.paths[0], values?.[index], happensMs ?? atMs, (made += 1));
      for (const kind of known.index.matching(event)) {
        if (kind.id !== own.id && kind.passes !== null && !kind.passes(event.properties)) continue;
        const after = withEvent(series.get(kind.id), kind, event, atMs);
        if (after !== undefined) series.set(kind.id, after);
      }
    }
  }
  return { ...profile, series };
}

/** Which events a condition asks for. */
export function selectorOf(leaf: EventLeaf): EventSelector {
  if ('did' in leaf) return leaf.did;
  if ('of' in leaf) return leaf.of;
  if ('regular' in leaf) return leaf.regular;
  return 'first' in leaf ? leaf.first : leaf.last;
}

/** Sorts after every message id that a producer makes. */
const LAST = '\u{10FFFF}';

/** An event that the selector means, with one property. */
export function madeEvent(
  selector: EventSelector,
  path: Path | undefined,
  value: string | undefined,
  atMs: number,
  number: number,
): ProfileEvent {
  const json = path === undefined || value === undefined ? '{}' : documentWith(path, value);
  return {
    ...callOf(selector),
    properties: new JsonText(json),
    ...{ timestampMs: atMs, receivedAtMs: atMs, position: number, source: '', messageId: `${LAST}${number}` },
  };
}

function callOf(selector: EventSelector): Pick<ProfileEvent, 'type' | 'event' | 'name'> {
  if (typeof selector === 'string') return { type: 'track', event: selector, name: null };
  if ('startsWith' in selector) return { type: 'track', event: selector.startsWith, name: null };
  if ('any' in selector) return { type: 'track', event: LAST, name: null };
  return { type: selector.type, event: null, name: selector.name ?? null };
}

function documentWith(path: Path, value: string): string {
  return path.reduceRight((inner, name) => `{${JSON.stringify(name)}:${inner}}`, value);
}
