import { createHash } from 'node:crypto';
import type {
  AbsentEvent,
  AggregateCondition,
  Condition,
  DidCondition,
  EventSelector,
  EventTest,
  FirstCondition,
  LastCondition,
  RegularCondition,
  SequenceCondition,
} from '../condition.ts';
import { openPart, traitsIn } from '../where-parts.ts';
import { textOfTests } from './event-filter.ts';

/** Which events a condition asks for, and which of their values. Conditions that ask alike share a series. */
export interface Ask {
  readonly selector: EventSelector;
  readonly where?: readonly EventTest[] | undefined;
  /** Paths to values; empty: only the times count. */
  readonly paths: readonly string[];
  /** True if the values are asked for in full, for each event; absent: not. */
  readonly keepsValues?: true;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
}

/** The ask of a `did`. */
export function didAsk({ did, where, after, before }: DidCondition): Ask {
  return { selector: did, where, paths: [], after, before };
}

/** The ask of an aggregate. */
export function aggregateAsk(condition: AggregateCondition): Ask {
  const { of, where, after, before } = condition;
  return { selector: of, where, paths: [pathOfAggregate(condition)], after, before };
}

function pathOfAggregate(condition: AggregateCondition): string {
  if ('sum' in condition) return condition.sum;
  if ('avg' in condition) return condition.avg;
  if ('min' in condition) return condition.min;
  return 'max' in condition ? condition.max : condition.distinct;
}

/** The ask of a `first` or `last`: its property, and the property of the same event that it is compared with. */
export function oneEventAsk(condition: FirstCondition | LastCondition): Ask {
  const { where, property, is } = condition;
  const selector = 'first' in condition ? condition.first : condition.last;
  if (property === undefined) return { selector, where, paths: [] };
  const keepsValues = openPart(where).length === 0 ? {} : { keepsValues: true as const };
  const operands = Object.values(is as Readonly<Record<string, unknown>>).flatMap((value) =>
    typeof value === 'object' && value !== null && 'property' in value ? [value.property as string] : [],
  );
  return { selector, where, paths: [property, ...operands], ...keepsValues };
}

/** The ask of a step, or of an event that must not come; `same`: the paths at which all share a value. */
export function stepAsk({ did, where }: AbsentEvent, same: readonly string[] = []): Ask {
  return { selector: did, where, paths: same };
}

/** The ask of a `regular`. */
export function regularAsk({ regular, where }: RegularCondition): Ask {
  return { selector: regular, where, paths: [] };
}

function sequenceAsks({ sequence, same }: SequenceCondition): readonly Ask[] {
  return sequence.flatMap((step) =>
    'none' in step
      ? [stepAsk({ did: step.none, ...(step.where && { where: step.where }) }, same)]
      : [stepAsk(step, same), ...(step.without ?? []).map((event) => stepAsk(event, same))],
  );
}

/** A condition that holds no other one. */
export type Leaf = Exclude<
  Condition,
  { readonly all: unknown } | { readonly any: unknown } | { readonly not: unknown } | { readonly account: unknown }
>;

/** All conditions in the tree that hold no others; not those on other members of an account. */
export function leavesOf(condition: Condition): readonly Leaf[] {
  if ('all' in condition) return condition.all.flatMap(leavesOf);
  if ('any' in condition) return condition.any.flatMap(leavesOf);
  if ('not' in condition) return leavesOf(condition.not);
  return 'account' in condition ? [] : [condition];
}

const idsOfLeaves = new WeakMap<Leaf, readonly string[]>();

/** Ids of the series that a condition asks for; found once for each object. */
export function seriesIdsOfLeaf(leaf: Leaf): readonly string[] {
  const known = idsOfLeaves.get(leaf);
  if (known !== undefined) return known;
  const ids = asksOf(leaf).map(seriesIdOf);
  idsOfLeaves.set(leaf, ids);
  return ids;
}

/** What a condition asks for; nothing if it asks for no events. */
export function asksOf(leaf: Leaf): readonly Ask[] {
  if ('did' in leaf) return [didAsk(leaf)];
  if ('of' in leaf) return [aggregateAsk(leaf)];
  if ('first' in leaf || 'last' in leaf) return [oneEventAsk(leaf)];
  if ('sequence' in leaf) return sequenceAsks(leaf);
  return 'regular' in leaf ? [regularAsk(leaf)] : [];
}

/** Paths of the traits that the tests of events compare with. */
export function traitsOfEvents(leaf: Leaf): readonly string[] {
  return asksOf(leaf).flatMap(({ where }) => traitsIn(where));
}

/** True if more than the events decides which of them pass. */
export function hasOpenTests(leaf: Leaf): boolean {
  return asksOf(leaf).some(({ where }) => openPart(where).length > 0);
}

/** The stable name of the series: independent of windows, bounds, and whatever else a definition contains. */
export function seriesIdOf({ selector, where, paths, keepsValues, after, before }: Ask): string {
  const asked = [2, textOfSelector(selector), textOfTests(where), paths, after ?? null, before ?? null];
  const text = JSON.stringify(keepsValues === true ? [...asked, 'values'] : asked);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

function textOfSelector(selector: EventSelector): string {
  if (typeof selector === 'string') return JSON.stringify(selector);
  if ('type' in selector) return JSON.stringify([selector.type, selector.name ?? null]);
  return JSON.stringify('startsWith' in selector ? { startsWith: selector.startsWith } : { any: true });
}
