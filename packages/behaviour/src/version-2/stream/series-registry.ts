import { rangeOf, readDate } from '../../time/date.ts';
import type { Zone } from '../../time/zone.ts';
import { type Ask, seriesIdOf } from './asks.ts';
import { fixedPart, openPart } from '../where-parts.ts';
import { type PropertiesTest, propertiesTest, SelectorIndex } from './event-filter.ts';
import type { MovingWindow } from './moving-window.ts';
import { openTests } from './open-tests.ts';
import { openView } from './open-view.ts';
import type { SeriesName } from './question.ts';
import type { Kept, SeriesKind } from './series.ts';
import { pathOf } from './value-test.ts';

/** A series with the test that decides which events of its selector it takes. */
export interface CompiledSeries extends SeriesKind {
  /** Null: all of them, without a look at the properties. */
  readonly passes: PropertiesTest | null;
}

/** What one condition needs of a series. */
export type Need = Partial<Kept>;

const NOTHING_KEPT: Kept = { newest: 0, windows: [], count: 0, totals: false, first: false, last: false };

/** Collects the series that conditions ask for, and for each the most that any of them needs. */
export class SeriesRegistry {
  readonly zone: Zone;
  readonly #sinceOf: (id: string) => number;
  readonly #nameOf: (id: string) => string;
  readonly #asked = new Map<string, { readonly ask: Ask; readonly since_ms: number; keeps: Kept }>();

  /** `nameOf`: the id under which a profile keeps a series, such as that of its generation. */
  constructor(zone: Zone, sinceOf: (id: string) => number, nameOf: (id: string) => string = (id) => id) {
    this.zone = zone;
    this.#sinceOf = sinceOf;
    this.#nameOf = nameOf;
  }

  /** The series of an ask, which from now on keeps what is needed. */
  use(ask: Ask, need: Need, id = this.#nameOf(seriesIdOf(ask))): SeriesName {
    const known = this.#asked.get(id) ?? { ask, since_ms: this.#sinceOf(id), keeps: NOTHING_KEPT };
    known.keeps = together(known.keeps, { ...NOTHING_KEPT, ...need });
    this.#asked.set(id, known);
    const tests = openTests(ask.where, this.zone);
    return { id, since_ms: known.since_ms, view: tests === null ? null : openView(tests) };
  }

  /** All series by their ids, and the index by which events find them. */
  compiled(): {
    readonly series: ReadonlyMap<string, CompiledSeries>;
    readonly index: SelectorIndex<CompiledSeries>;
  } {
    const series = new Map<string, CompiledSeries>();
    const index = new SelectorIndex<CompiledSeries>();
    for (const [id, { ask, since_ms, keeps }] of this.#asked) {
      const tests = openTests(ask.where, this.zone);
      const one: CompiledSeries = {
        id,
        since_ms,
        keeps,
        afterMs: startOf(ask.after, this.zone) ?? Number.NEGATIVE_INFINITY,
        beforeMs: startOf(ask.before, this.zone) ?? Number.POSITIVE_INFINITY,
        paths: ask.paths.map(pathOf),
        openOf: tests === null ? null : (properties) => tests.valuesOf(properties),
        keepsValues: ask.keepsValues === true,
        passes: passing(ask, this.zone),
      };
      series.set(id, one);
      index.add(ask.selector, one);
    }
    return { series, index };
  }
}

/** What the event alone decides. Events without readable properties never pass where their content is asked for. */
function passing({ where, paths }: Ask, zone: Zone): PropertiesTest | null {
  const test = propertiesTest(fixedPart(where), zone);
  if (test !== null || (paths.length === 0 && openPart(where).length === 0)) return test;
  return ({ exact }) => exact !== undefined;
}

/** True if what is kept for one purpose is enough for another. Windows are compared by name. */
export function isEnough(kept: Kept, needed: Kept): boolean {
  const hasWindows =
    needed.newest === 0 ||
    kept.windows === null ||
    (needed.windows?.every(({ id }) => kept.windows?.some((window) => window.id === id)) ?? false);
  return (
    hasWindows &&
    kept.newest >= needed.newest &&
    kept.count >= needed.count &&
    (kept.totals || !needed.totals) &&
    (kept.first || !needed.first) &&
    (kept.last || !needed.last)
  );
}

/** Enough for both. */
function together(one: Kept, other: Kept): Kept {
  return {
    newest: Math.max(one.newest, other.newest),
    windows: other.newest === 0 ? one.windows : one.newest === 0 ? other.windows : union(one.windows, other.windows),
    count: Math.max(one.count, other.count),
    totals: one.totals || other.totals,
    first: one.first || other.first,
    last: one.last || other.last,
  };
}

function union(one: Kept['windows'], other: Kept['windows']): Kept['windows'] {
  if (one === null || other === null) return null;
  return [...new Map([...one, ...other].map((window): [string, MovingWindow] => [window.id, window])).values()];
}

function startOf(text: string | undefined, zone: Zone): number | null {
  const date = text === undefined ? null : readDate(text);
  return date === null ? null : rangeOf(date, zone).startMs;
}
