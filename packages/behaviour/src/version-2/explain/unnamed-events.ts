import type { Condition, DidCondition } from '../condition.ts';
import type { AskedEvents } from '../sql/counted-events.ts';
import { type Leaf, seriesIdsOfLeaf } from '../stream/asks.ts';
import type { CountedEvent, Explained } from './explanation.ts';
import { isEventLeaf } from './leaf-events.ts';
import { selectorOf } from './supposed.ts';

/** When a series began to count, and which counters of version 1 go on. */
export interface Beginnings {
  readonly sinceOf: (seriesId: string) => number;
  readonly counterOf: (condition: DidCondition) => string | null;
}

/**
 * Which events to look up because the stream's state does not name them: it holds the times of some events alone, and of those that
 * it only counts or adds up not even these.
 */
export function unnamedEvents(
  condition: Condition,
  explained: Explained,
  beginnings: Beginnings,
): readonly AskedEvents[] {
  const members =
    'all' in condition
      ? condition.all
      : 'any' in condition
        ? condition.any
        : 'not' in condition
          ? [condition.not]
          : null;
  if (members !== null) {
    return members.flatMap((one, index) => unnamedEvents(one, explained.of[index] as Explained, beginnings));
  }
  return unnamedOf(condition as Leaf, explained, beginnings);
}

function unnamedOf(leaf: Leaf, { field, events, reading }: Explained, beginnings: Beginnings): readonly AskedEvents[] {
  const unnamed = events.filter(({ messageId }) => messageId === null);
  if ('sequence' in leaf) {
    return leaf.sequence.flatMap((step, index) => {
      const timesMs = timesOf(unnamed.filter((event) => event.step === index));
      if ('none' in step || timesMs.length === 0) return [];
      return [{ field, selector: step.did, where: step.where, timesMs, receivedFromMs: 0 }];
    });
  }
  if (!isEventLeaf(leaf) || (unnamed.length === 0 && !countsUnkept(events, reading))) return [];
  const { where, after, before, within } = leaf as Partial<DidCondition>;
  return [
    {
      ...{ field, selector: selectorOf(leaf), where, after, before, within },
      timesMs: unnamed.length === 0 ? null : timesOf(unnamed),
      receivedFromMs: beginningOf(leaf, beginnings),
    },
  ];
}

/** True for a count or a sum of events of which the state keeps none. */
function countsUnkept(events: readonly CountedEvent[], reading: Explained['reading']): boolean {
  if (events.length > 0 || reading === null) return false;
  return (reading.kind === 'count' && reading.count > 0) || (reading.kind === 'number' && reading.of > 0);
}

function timesOf(events: readonly CountedEvent[]): readonly number[] {
  return [...new Set(events.map(({ atMs }) => atMs))];
}

function beginningOf(leaf: Leaf, { sinceOf, counterOf }: Beginnings): number {
  const counter = 'did' in leaf ? counterOf(leaf) : null;
  const ids = counter === null ? seriesIdsOfLeaf(leaf) : [counter];
  return Math.max(0, ...ids.map(sinceOf));
}

/** An event that was looked up. */
export interface NamedEvent {
  readonly field: string;
  readonly messageId: string;
  readonly atMs: number;
}

/** The explanation with the names of events that were looked up, and with events that the state does not keep, the newest first. */
export function withNames(explained: Explained, named: readonly NamedEvent[]): Explained {
  const of = explained.of.map((one) => withNames(one, named));
  const own = named.filter(({ field }) => field === explained.field);
  if (own.length === 0) return { ...explained, of };
  if (explained.events.length === 0) {
    const events = own.map(({ atMs, messageId }) => ({ atMs, messageId, step: null }));
    return { ...explained, of, events: events.toSorted((a, b) => b.atMs - a.atMs) };
  }
  const unused = [...own];
  const events = explained.events.map((event) => {
    const at = event.messageId === null ? unused.findIndex(({ atMs }) => atMs === event.atMs) : -1;
    const [found] = at < 0 ? [] : unused.splice(at, 1);
    return found === undefined ? event : { ...event, messageId: found.messageId };
  });
  return { ...explained, of, events };
}
