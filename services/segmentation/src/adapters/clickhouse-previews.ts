import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { Zone } from '@hilo/behaviour';
import { LIMITS } from '@hilo/behaviour/version-2';
import {
  type CompiledSql,
  compileSql,
  IDS_OF_KEYS,
  nodeHolds,
  NotEvaluatedError,
  PEOPLE,
} from '@hilo/behaviour/version-2/sql';
import {
  clickHouseCredentials,
  type ClickHouseLogin,
  FairTurns,
  ProblemError,
  problem,
  TooManyWaitingError,
} from '@hilo/service';
import type { PreviewFound, PreviewQuestion, Previews } from '../ports.ts';

/** Where ClickHouse is, the user that may only read, and the workspace's zone. */
export interface PreviewAccess {
  readonly clickhouseUrl: string;
  readonly clickhouseReadonlyUser: string;
  readonly clickhouseReadonlyLogin: ClickHouseLogin;
  readonly zone: Zone;
}

/** Profiles in a sample. */
const SAMPLE = 10;

/** Previews of one instance at a time; ClickHouse runs 16 statements of its reader at once, for history too. */
const TURNS = { atOnce: 3, atOnceEach: 2, keptFrom: 2, waiting: 60, waitingEach: 4 } as const;
const CONNECTIONS = 8;

const STATEMENT_S = 10;
/** Of the 800 MiB that all statements of the reader have together. */
const STATEMENT_BYTES = 384 * 1024 * 1024;
/** Longer than a statement may take: a connection that is silent for longer is dead. */
const SILENT_MS = 15_000;

/** How long the number of people is taken for the same. */
const PEOPLE_FOR_MS = 10_000;

/** Numbers of 64 bits as texts, so that no digit is lost. */
const SETTINGS = {
  max_execution_time: STATEMENT_S,
  max_memory_usage: `${STATEMENT_BYTES}`,
  output_format_json_quote_64bit_integers: 1,
} as const;

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
  readonly #client: ClickHouseClient;
  readonly #zone: Zone;
  readonly #turns = new FairTurns(TURNS);
  #people: { readonly untilMs: number; readonly found: People } | null = null;

  constructor({ clickhouseUrl, clickhouseReadonlyUser, clickhouseReadonlyLogin, zone }: PreviewAccess) {
    this.#zone = zone;
    this.#client = createClient({
      url: clickhouseUrl,
      ...clickHouseCredentials(clickhouseReadonlyUser, clickhouseReadonlyLogin, CONNECTIONS),
      database: 'hilo',
      application: 'hilo-segmentation',
      request_timeout: SILENT_MS,
      max_open_connections: CONNECTIONS,
      log: { level: ClickHouseLogLevel.OFF },
    });
  }

  async preview(question: PreviewQuestion, signal: AbortSignal): Promise<PreviewFound> {
    let leave = (): void => undefined;
    try {
      leave = await this.#turns.enter(question.person, signal);
      return await this.#preview(question, signal);
    } catch (error) {
      throw problemOf(error);
    } finally {
      leave();
    }
  }

  stop(): Promise<void> {
    return this.#client.close();
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
    const [found] = await this.#ask<Found>(foundSql(compiled), { ...compiled.params, compared }, signal);
    const both = new Map(zip(found?.overlap ?? [[], []]));
    return {
      size: Number(found?.size ?? 0),
      of: people,
      sample: await this.#named(found?.sample ?? [], compiled, signal),
      overlap: compared.map((segment) => ({ segment, both: Number(both.get(segment) ?? 0) })),
    };
  }

  async #named(sample: Found['sample'], { leaves }: CompiledSql, signal: AbortSignal): Promise<PreviewFound['sample']> {
    if (sample.length === 0) return [];
    const keys = sample.map(([key]) => BigInt(key));
    const rows = await this.#ask<{ readonly profile_key: string; readonly profile_id: string }>(
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
    const [row] = await this.#ask<{ readonly people: string; readonly most_events: string }>(PEOPLE, {}, signal);
    const found = { people: Number(row?.people ?? 0), most_events: Number(row?.most_events ?? 0) };
    this.#people = { untilMs: nowMs + PEOPLE_FOR_MS, found };
    return found;
  }

  async #ask<Row>(query: string, params: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Row[]> {
    const answer = await this.#client.query({
      query,
      query_params: { ...params },
      format: 'JSONEachRow',
      clickhouse_settings: SETTINGS,
      abort_signal: signal,
    });
    return answer.json<Row>();
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

const TOO_SLOW = new Set(['159', '160']);
const TOO_MUCH_MEMORY = '241';
const TOO_MANY = '202';
const BAD_PATTERN = '427';
/** Wrong password, unknown user, missing password, a network that the user may not come from; the server stops or has no room. */
const UNAVAILABLE = new Set(['516', '192', '193', '194', '195', '700', '203', '236', '439', '734', '745']);
const BUGS = [TypeError, RangeError, SyntaxError, ReferenceError];

function problemOf(error: unknown): unknown {
  if (error instanceof ProblemError) return error;
  if (error instanceof NotEvaluatedError) {
    return problem('invalid_condition', `${error.field}: ${error.message}.`, { field: error.field });
  }
  if (error instanceof TooManyWaitingError) return tooMany(error.isOwn);
  if (error instanceof ClickHouseError) return problemOfCode(error);
  // What is neither ClickHouse's answer nor our bug comes from the network.
  if (!(error instanceof Error) || BUGS.some((bug) => error instanceof bug)) return error;
  return problem('unavailable', 'ClickHouse does not answer for now. Try again in a moment.');
}

function problemOfCode(error: ClickHouseError): Error {
  const { code } = error;
  if (TOO_SLOW.has(code)) {
    return problem(
      'too_slow',
      `The preview takes longer than ${STATEMENT_S} s. Ask for a shorter time, or for fewer events.`,
    );
  }
  if (code === TOO_MUCH_MEMORY) {
    return problem(
      'too_much_memory',
      'The preview needs too much memory. Ask for a shorter time, or for fewer events.',
    );
  }
  if (code === TOO_MANY) return tooMany(false);
  if (code === BAD_PATTERN) {
    return problem(
      'invalid_condition',
      'ClickHouse cannot compile a regular expression of the condition: make it shorter.',
      {
        field: 'condition',
      },
    );
  }
  if (UNAVAILABLE.has(code)) {
    return problem('unavailable', 'ClickHouse takes no statements of the segmentation service for now.');
  }
  return error;
}

function tooMany(isOwn: boolean): Error {
  const detail = isOwn
    ? `You have ${TURNS.atOnceEach} previews running and ${TURNS.waitingEach} waiting. Wait for some to end.`
    : 'The queue of previews is full. Try again in a moment.';
  return problem('too_many_queries', detail, { headers: { 'retry-after': '1' } });
}
