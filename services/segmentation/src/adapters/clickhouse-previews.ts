import type { Zone } from '@hilo/behaviour';
import { type Condition, LIMITS, valueNeeds } from '@hilo/behaviour/version-2';
import {
  type CompiledSql,
  compileRfm,
  compileSql,
  type FoundValue,
  IDS_OF_KEYS,
  nodeHolds,
  PEOPLE,
  type RfmRow,
  valueKindsSql,
} from '@hilo/behaviour/version-2/sql';
import { FairTurns } from '@hilo/service';
import { type PreviewWarning, warningsOf } from '../domain/preview-warnings.ts';
import type { RfmFound, RfmQuestion } from '../domain/rfm-thresholds.ts';
import type { PreviewFound, PreviewQuestion, Previews } from '../ports.ts';
import { problemOf } from './clickhouse-problems.ts';
import { ClickHouseReader, type ReaderAccess } from './clickhouse-reader.ts';

/** Profiles in a sample. */
const SAMPLE = 10;

/** Previews of one instance at a time; ClickHouse runs 16 statements of its reader at once, for history too. */
const TURNS = { atOnce: 3, atOnceEach: 2, keptFrom: 2, waiting: 60, waitingEach: 4 } as const;
const CONNECTIONS = 8;

/** Places of a condition whose values are looked at, so that the statement stays short. */
const NEEDS = 30;

/** How long the number of people is taken for the same. */
const PEOPLE_FOR_MS = 10_000;

interface People {
  readonly people: number;
  readonly most_events: number;
}

interface Found {
  readonly size: string;
  readonly sample: readonly (readonly [key: string, words: readonly number[]])[];
  /** Segments, and how many of the profiles are in each. */
  readonly overlap: readonly [segments: readonly string[], both: readonly string[]];
}

/** Compiles conditions to SQL and asks ClickHouse, as the user that may only read. */
export class ClickHousePreviews implements Previews {
  readonly #reader: ClickHouseReader;
  readonly #zone: Zone;
  readonly #turns = new FairTurns(TURNS);
  #people: { readonly untilMs: number; readonly found: People } | null = null;

  constructor(access: ReaderAccess) {
    this.#zone = access.zone;
    this.#reader = new ClickHouseReader(access, CONNECTIONS);
  }

  preview(question: PreviewQuestion, signal: AbortSignal): Promise<PreviewFound> {
    return this.#inTurn(question.person, signal, () => this.#preview(question, signal));
  }

  fifths({ sum, person }: RfmQuestion, signal: AbortSignal): Promise<RfmFound> {
    return this.#inTurn(person, signal, async () => {
      const { sql, params } = compileRfm(sum, { momentMs: Date.now(), zone: this.#zone });
      const [row] = await this.#reader.rows<RfmRow>(sql, params, signal);
      const population = Number(row?.population ?? 0);
      if (row === undefined || population === 0) return { population, latest_ms: [], frequency: [], monetary: [] };
      const { latest, frequency, monetary } = row;
      return { population, latest_ms: latest.map(Number), frequency: frequency.map(Number), monetary };
    });
  }

  async #inTurn<T>(person: string, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
    let leave = (): void => undefined;
    try {
      leave = await this.#turns.enter(person, signal);
      return await ask();
    } catch (error) {
      throw problemOf(error);
    } finally {
      leave();
    }
  }

  stop(): Promise<void> {
    return this.#reader.close();
  }

  async #preview(question: PreviewQuestion, signal: AbortSignal): Promise<PreviewFound> {
    const { condition, asOfMs, segments, compared } = question;
    const { people, most_events } = await this.#countPeople(signal);
    const compiled = compileSql(condition, {
      momentMs: asOfMs ?? Date.now(),
      zone: this.#zone,
      segments,
      hasFewEvents: most_events <= LIMITS.eventsKept,
      ...(asOfMs === null ? {} : { asOfMs }),
    });
    const [[found], warnings] = await Promise.all([
      this.#reader.rows<Found>(foundSql(compiled), { ...compiled.params, compared }, signal),
      this.#warnings(condition, signal),
    ]);
    const size = Number(found?.size ?? 0);
    const both = new Map(zip(found?.overlap ?? [[], []]));
    return {
      size,
      // The number of people is up to ten seconds old.
      of: Math.max(people, size),
      sample: await this.#named(found?.sample ?? [], compiled, signal),
      overlap: compared.map((segment) => ({ segment, both: Number(both.get(segment) ?? 0) })),
      warnings,
    };
  }

  async #warnings(condition: Condition, signal: AbortSignal): Promise<readonly PreviewWarning[]> {
    const needs = valueNeeds(condition).slice(0, NEEDS);
    if (needs.length === 0) return [];
    const { sql, params } = valueKindsSql(needs);
    const rows = await this.#reader.rows<FoundValue>(sql, params, signal);
    return needs.flatMap((need, index) => {
      const own = rows.filter((row) => row.need === index);
      const counts = (what: FoundValue['what']) =>
        new Map(own.filter((row) => row.what === what).map(({ value, count }) => [value, Number(count)]));
      return warningsOf(need, {
        rows: counts('row').get('') ?? 0,
        kinds: counts('kind'),
        currencies: counts('currency'),
      });
    });
  }

  async #named(sample: Found['sample'], { leaves }: CompiledSql, signal: AbortSignal): Promise<PreviewFound['sample']> {
    if (sample.length === 0) return [];
    const keys = sample.map(([key]) => BigInt(key));
    const rows = await this.#reader.rows<{ readonly profile_key: string; readonly profile_id: string }>(
      IDS_OF_KEYS,
      { keys },
      signal,
    );
    const ids = new Map(rows.map(({ profile_key, profile_id }) => [profile_key, profile_id]));
    return sample.flatMap(([key, words]) => {
      const id = ids.get(key);
      const holds = leaves.filter(({ node }) => nodeHolds(node, words)).map(({ field }) => field);
      return id === undefined ? [] : [{ profile_id: id, holds }];
    });
  }

  async #countPeople(signal: AbortSignal): Promise<People> {
    const nowMs = Date.now();
    if (this.#people !== null && this.#people.untilMs > nowMs) return this.#people.found;
    const [row] = await this.#reader.rows<{ readonly people: string; readonly most_events: string }>(
      PEOPLE,
      {},
      signal,
    );
    const found = { people: Number(row?.people ?? 0), most_events: Number(row?.most_events ?? 0) };
    this.#people = { untilMs: nowMs + PEOPLE_FOR_MS, found };
    return found;
  }
}

/**
 * Everything in one statement, so that the events are read once. Numbers of profiles are random: the smallest are a fair sample, and
 * the same each time.
 */
function foundSql({ sql, words }: CompiledSql): string {
  const names = Array.from({ length: words }, (_, word) => `f.m${word}`).join(', ');
  return `SELECT count() AS size, groupArraySorted(${SAMPLE})((f.profile_key, [${names}])) AS sample,
      sumMap(m.segments, arrayMap(segment -> toUInt64(1), m.segments)) AS overlap
    FROM (${sql}) AS f LEFT ANY JOIN (
      SELECT profile_key, groupArray(toString(segment)) AS segments FROM hilo.segment_members
      WHERE segment IN {compared:Array(String)} GROUP BY profile_key
    ) AS m ON m.profile_key = f.profile_key`;
}

function zip<A, B>([first, second]: readonly [readonly A[], readonly B[]]): readonly (readonly [A, B])[] {
  return first.map((one, index) => [one, second[index] as B] as const);
}
