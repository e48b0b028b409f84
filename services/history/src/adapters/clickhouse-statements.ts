import type { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client';
import { ProblemError, problem } from '@hilo/service';
import { type AnswerColumn, type AnswerLine, readAnswerLine } from '../domain/answer-lines.ts';
import { TABLE_NOTES } from '../domain/catalogue-notes.ts';
import { problemOfError, readException } from '../domain/statement-fault.ts';
import type { CatalogueTable, OpenAnswer, ReadSoFar, Statement, Statements } from '../ports.ts';
import { RunningLimit, TooManyWaiting } from '../running-limit.ts';
import { type ClickHouseAccess, clickHouseClient, isAway } from './clickhouse-client.ts';
import { CountedStatement, countStatement } from './statement-metrics.ts';
import { textLines } from './text-lines.ts';

/** Who runs statements, besides the access of the service itself. */
export interface ReadonlyAccess extends ClickHouseAccess {
  readonly clickhouse_readonly_user: string;
  readonly clickhouse_readonly_password: string;
}

/** ClickHouse ends a statement after 60 s (infra/docker/clickhouse/reader.xml); what says nothing for longer is gone. */
const SILENT_MS = 65_000;

/** Statements of one instance at a time; the others wait for their turn. */
const RUNNING = 4;
const WAITING = 60;

/** Longest line of an answer: one row, or the names of all columns. */
const LINE_CHARACTERS = 8 * 1024 * 1024;

/** Lines of an error that are read. */
const EXCEPTION_LINES = 50;

/** Whole numbers beyond 2^53 and decimals as texts, so that no digit is lost; NaN and infinity as texts, too. */
const EXACT = {
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
  output_format_json_quote_denormals: 1,
} as const;

/** Why a statement ends that somebody took back. */
const CANCELLED = new Error('the statement was taken back');

const QUERY_WAS_CANCELLED = '394';
const TOO_MANY_SIMULTANEOUS = '202';
const SAME_ID = '216';
const AUTHENTICATION_FAILED = '516';

const CATALOGUE = `SELECT table, name, type FROM system.columns
  WHERE database = 'hilo' AND table IN {tables: Array(String)} ORDER BY table, position`;

/** People's statements on ClickHouse, as the user that may only read. */
export class ClickHouseStatements implements Statements {
  readonly #reader: ClickHouseClient;
  /** The service's own user: it ends statements, also those that another instance began. */
  readonly #service: ClickHouseClient;
  readonly #readonly_user: string;
  readonly #limit = new RunningLimit(RUNNING, WAITING);
  readonly #open = new Map<string, AbortController>();

  constructor(access: ReadonlyAccess) {
    const { clickhouse_url, clickhouse_readonly_user, clickhouse_readonly_password } = access;
    this.#readonly_user = clickhouse_readonly_user;
    this.#reader = clickHouseClient(
      {
        clickhouse_url,
        clickhouse_user: clickhouse_readonly_user,
        clickhouse_password: clickhouse_readonly_password,
      },
      SILENT_MS,
    );
    this.#service = clickHouseClient(access);
  }

  async open(statement: Statement, signal: AbortSignal): Promise<OpenAnswer> {
    const { id, sql } = statement;
    if (this.#open.has(id)) {
      countStatement('already_running');
      throw alreadyRunning();
    }
    const counted = new CountedStatement();
    const cancelled = new AbortController();
    this.#open.set(id, cancelled);
    const either = AbortSignal.any([signal, cancelled.signal]);
    let leave = (): void => undefined;
    let has_begun = false;
    const end = (is_whole: boolean, error: Error | null): void => {
      if (!this.#open.delete(id)) return;
      counted.end({ is_whole, is_cancelled: cancelled.signal.reason === CANCELLED, is_gone: either.aborted, error });
      cancelled.abort();
      leave();
      // ClickHouse notices late, or never, that nobody reads any more. Where this fails, its limit of time ends it.
      if (has_begun && !is_whole) this.#kill(id).catch(() => undefined);
    };
    const told = (error: unknown): Error =>
      cancelled.signal.reason === CANCELLED ? problemOfCode(QUERY_WAS_CANCELLED, '', sql) : toldError(error, sql);
    try {
      leave = await this.#limit.enter(either);
      has_begun = true;
      counted.begin();
      const stream = await this.#begin(statement, either);
      return await openAnswer(stream, sql, { end, told });
    } catch (error) {
      const reason = told(error);
      end(error instanceof ClickHouseError || error instanceof ProblemError, reason);
      throw reason;
    }
  }

  async cancel(id: string): Promise<void> {
    this.#open.get(id)?.abort(CANCELLED);
    try {
      await this.#kill(id);
    } catch (error) {
      throw toldError(error, '');
    }
  }

  async catalogue(): Promise<readonly CatalogueTable[]> {
    const tables = TABLE_NOTES.map(({ table }) => table);
    try {
      const result = await this.#reader.query({ query: CATALOGUE, query_params: { tables }, format: 'JSONEachRow' });
      const columns = await result.json<AnswerColumn & { readonly table: string }>();
      const answer: CatalogueTable[] = [];
      for (const { table, parameters = [], comment, columns: notes } of TABLE_NOTES) {
        const own =
          parameters.length === 0
            ? columns.filter((column) => column.table === table)
            : await this.#columnsOfCall(table, parameters);
        answer.push({
          name: table,
          parameters,
          comment,
          columns: own.map(({ name, type }) => ({ name, type, comment: notes[name] ?? '' })),
        });
      }
      return answer;
    } catch (error) {
      throw toldError(error, CATALOGUE);
    }
  }

  endAll(): void {
    for (const one of this.#open.values()) one.abort();
  }

  async close(): Promise<void> {
    this.endAll();
    await this.#reader.close();
    await this.#service.close();
  }

  /** ClickHouse lists no columns of what is called with parameters. */
  async #columnsOfCall(table: string, parameters: readonly string[]): Promise<readonly AnswerColumn[]> {
    const call = `hilo.${table}(${parameters.map((name) => `${name} = ''`).join(', ')})`;
    const result = await this.#reader.query({
      query: `DESCRIBE TABLE (SELECT * FROM ${call})`,
      format: 'JSONEachRow',
    });
    return await result.json<AnswerColumn>();
  }

  async #kill(id: string): Promise<void> {
    await this.#service.command({
      query: 'KILL QUERY WHERE query_id = {query_id: String} AND user = {user: String} ASYNC',
      query_params: { query_id: queryId(id), user: this.#readonly_user },
    });
  }

  async #begin({ id, sql, parameters }: Statement, abort_signal: AbortSignal): Promise<Readable> {
    const { stream } = await this.#reader.exec({
      query: `${sql}\nFORMAT JSONCompactEachRowWithProgress`,
      query_id: queryId(id),
      query_params: { ...parameters },
      clickhouse_settings: EXACT,
      abort_signal,
    });
    return stream;
  }
}

/** Tells statements of people from everything else in ClickHouse's lists. */
function queryId(id: string): string {
  return `people-${id}`;
}

interface AnswerParts {
  /** `is_whole`: the statement has come to its end by itself; `error`: what is said of it, if something went wrong. */
  readonly end: (is_whole: boolean, error: Error | null) => void;
  /** What is said of an error that comes midway. */
  readonly told: (error: unknown) => Error;
}

/** Reads up to the columns: what is wrong with a statement mostly shows before. */
async function openAnswer(stream: Readable, sql: string, { end, told }: AnswerParts): Promise<OpenAnswer> {
  const lines = answerLines(stream, sql);
  let read: ReadSoFar = { rows: 0, bytes: 0 };
  let columns: readonly AnswerColumn[] | null = null;
  while (columns === null) {
    const { done, value } = await lines.next();
    if (done === true) break;
    if (value.kind === 'progress') read = { rows: value.rows_read, bytes: value.bytes_read };
    if (value.kind === 'columns') columns = value.columns;
  }
  let is_whole = false;
  let failure: Error | null = null;
  const close = (): void => {
    stream.destroy();
    end(is_whole, failure);
  };
  async function* rows() {
    try {
      for await (const line of lines) {
        if (line.kind === 'progress') read = { rows: line.rows_read, bytes: line.bytes_read };
        if (line.kind === 'row') yield line.row;
      }
      is_whole = true;
    } catch (error) {
      failure = told(error);
      throw failure;
    } finally {
      close();
    }
  }
  return { columns: columns ?? [], rows, readSoFar: () => read, close };
}

async function* answerLines(stream: Readable, sql: string): AsyncGenerator<AnswerLine, void, void> {
  // What comes from the first line on that is none of an answer's: the error that it broke off with, in several lines.
  const broken: string[] = [];
  try {
    for await (const text of textLines(stream, LINE_CHARACTERS)) {
      const line = broken.length > 0 ? ({ kind: 'exception', text } as const) : readAnswerLine(text);
      if (line.kind !== 'exception') yield line;
      else if (broken.length < EXCEPTION_LINES) broken.push(line.text);
    }
  } catch (error) {
    if (broken.length === 0) throw error;
  }
  if (broken.length === 0) return;
  const { code, message } = readException(broken.join('\n'));
  throw problemOfCode(code, message, sql);
}

function problemOfCode(code: string, message: string, sql: string): Error {
  const { reason, detail } = problemOfError(code, message, sql);
  return problem(400, reason, detail, { field: 'sql' });
}

function alreadyRunning(): Error {
  return problem(409, 'already_running', 'A statement with this id runs already.', { field: 'id' });
}

/** What is said of an error: problems stay as they are. */
function toldError(error: unknown, sql: string): Error {
  if (error instanceof TooManyWaiting || (error instanceof ClickHouseError && error.code === TOO_MANY_SIMULTANEOUS))
    return problem(429, 'too_many_queries', 'As many statements run as may. Try again in a moment.', {
      headers: { 'retry-after': '1' },
    });
  if (error instanceof ClickHouseError) {
    if (error.code === SAME_ID) return alreadyRunning();
    if (error.code === AUTHENTICATION_FAILED)
      return problem(
        503,
        'unavailable',
        'ClickHouse does not know the user that runs statements: see docs/analytics.md.',
      );
    const told = problemOfError(error.code, error.message, sql);
    if (told.reason !== 'refused' || !isAway(error)) return problemOfCode(error.code, error.message, sql);
  }
  if (error instanceof ProblemError) return error;
  if (isAway(error)) return problem(503, 'unavailable', 'ClickHouse does not answer for now. Try again in a moment.');
  return error instanceof Error ? error : new Error('a statement failed', { cause: error });
}
