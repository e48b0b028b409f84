import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client';
import { type ClickHouseLogin, FairTurns, ProblemError, problem } from '@hilo/service';
import { type AnswerColumn, type AnswerLine, readAnswerLine } from '../domain/answer-lines.ts';
import { TABLE_NOTES } from '../domain/catalogue-notes.ts';
import type { StatementFault } from '../domain/statement.ts';
import { problemOfError, problemOfFault, readException, type StatementProblem } from '../domain/statement-fault.ts';
import type { CatalogueTable, OpenAnswer, ReadSoFar, Statement, Statements, UnfitStatement } from '../ports.ts';
import { type ClickHouseAccess, clickHouseClient } from './clickhouse-client.ts';
import { RecentAnswers } from './recent-answers.ts';
import { alreadyRunning, isBusy, problemOfCode, saidByClickHouse, errorOf, TURNS } from './statement-errors.ts';
import { CountedStatement, countStatement } from './statement-metrics.ts';
import { textLines } from './text-lines.ts';

/** The user that runs statements, besides the service's own. */
export interface ReadonlyAccess extends ClickHouseAccess {
  readonly clickhouseReadonlyUser: string;
  readonly clickhouseReadonlyLogin: ClickHouseLogin;
  /** `off`: history runs no statements. */
  readonly statements: 'on' | 'off';
}

/**
 * ClickHouse ends a statement after 60 s (infra/docker/clickhouse/reader.xml); a connection that is silent for longer
 * is dead.
 */
const SILENT_MS = 65_000;

/**
 * Of the 800 MiB that all statements have together: one person's statements leave room for others. If several take it
 * all, ClickHouse ends the largest.
 */
const STATEMENT_BYTES = 384 * 1024 * 1024;

/** Connections of the reader: one per turn, and some for the catalogue. */
const CONNECTIONS = TURNS.atOnce + 4;

/** The catalogue changes only with a migration. */
const CATALOGUE_FOR_MS = 5_000;

/** ClickHouse may be at its limit because of other instances: keep the turn and retry. */
const BUSY_RETRY_MS = 200;
const BUSY_TRIES = 50;

const KILL_RETRY_MS = 200;
const KILL_TRIES = 50;

/** Longest line of an answer: one row, or the names of all columns. */
const LINE_CHARACTERS = 8 * 1024 * 1024;

/** Most lines of an error that are read. */
const EXCEPTION_LINES = 50;

/** Whole numbers beyond 2^53 and decimals as texts, so that no digit is lost; NaN and infinity as texts, too. */
const EXACT = {
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
  output_format_json_quote_denormals: 1,
} as const;

/** Why a cancelled statement ends. */
const CANCELLED = new Error('the statement was cancelled');

const QUERY_WAS_CANCELLED = '394';
const SYNTAX_ERROR = '62';

const CATALOGUE = `SELECT table, name, type FROM system.columns
  WHERE database = 'hilo' AND table IN {tables: Array(String)} ORDER BY table, position`;

/** Runs people's statements on ClickHouse as the read-only user. */
export class ClickHouseStatements implements Statements {
  readonly #reader: ClickHouseClient;
  /** The service's own user: it ends statements, also those that another instance began. */
  readonly #service: ClickHouseClient;
  readonly #isOff: boolean;
  readonly #turns = new FairTurns(TURNS);
  readonly #catalogue = new RecentAnswers(CATALOGUE_FOR_MS, 1);
  readonly #open = new Map<string, AbortController>();

  constructor(access: ReadonlyAccess) {
    const { clickhouseUrl, clickhouseReadonlyUser, clickhouseReadonlyLogin } = access;
    this.#isOff = access.statements === 'off';
    this.#reader = clickHouseClient(
      {
        clickhouseUrl,
        clickhouseUser: clickhouseReadonlyUser,
        clickhouseLogin: clickhouseReadonlyLogin,
      },
      SILENT_MS,
      CONNECTIONS,
    );
    this.#service = clickHouseClient(access);
  }

  async open(statement: Statement, signal: AbortSignal): Promise<OpenAnswer> {
    if (this.#isOff) throw statementsOff();
    const { sql } = statement;
    const id = queryId(statement);
    if (this.#open.has(id)) {
      countStatement('already_running');
      throw alreadyRunning();
    }
    const counted = new CountedStatement();
    const cancelled = new AbortController();
    this.#open.set(id, cancelled);
    const either = AbortSignal.any([signal, cancelled.signal]);
    let leave = (): void => undefined;
    let beginning: Promise<Readable> | null = null;
    const end = (isWhole: boolean, error: Error | null): void => {
      if (!this.#open.delete(id)) return;
      counted.end({ isWhole, isCancelled: cancelled.signal.reason === CANCELLED, isGone: either.aborted, error });
      cancelled.abort();
      if (beginning === null || isWhole) return leave();
      // ClickHouse notices late, or never, that nobody reads any longer. The turn stays taken until ClickHouse has
      // ended the statement. If ending it fails, its time limit does.
      this.#killForGood(id, beginning).then(leave, leave);
    };
    const reasonOf = (error: unknown): Error =>
      cancelled.signal.reason === CANCELLED ? problemOfCode(QUERY_WAS_CANCELLED, '', sql) : errorOf(error, sql);
    try {
      leave = await this.#turns.enter(statement.person, either);
      counted.begin();
      beginning = this.#begin(statement, either);
      const opening = beginning.then((stream) => openAnswer(stream, sql, { end, reasonOf }));
      return await unlessAborted(opening, either);
    } catch (error) {
      const reason = reasonOf(error);
      end(error instanceof ClickHouseError || error instanceof ProblemError, reason);
      throw reason;
    }
  }

  async refusal({ text, person }: UnfitStatement, fault: StatementFault, signal: AbortSignal): Promise<Error> {
    const problemOf = ({ reason, detail }: StatementProblem) => problem(reason, detail, { field: 'sql' });
    if (this.#isOff) return statementsOff();
    if (fault.reason === 'empty' || fault.reason === 'several_statements') return problemOf(problemOfFault(fault));
    let leave = (): void => undefined;
    try {
      leave = await this.#turns.enter(person, signal);
      signal.throwIfAborted();
      // `exec` would leave an unread answer, and with it the connection.
      await this.#reader.command({
        query: 'SELECT formatQuery({text: String}) FORMAT Null',
        query_params: { text },
        abort_signal: signal,
      });
    } catch (error) {
      const said = saidByClickHouse(error);
      if (said?.code === SYNTAX_ERROR) return problemOf(problemOfError(said.code, said.message, text));
    } finally {
      leave();
    }
    return problemOf(problemOfFault(fault));
  }

  async cancel(statement: Pick<Statement, 'id' | 'person'>): Promise<void> {
    const id = queryId(statement);
    this.#open.get(id)?.abort(CANCELLED);
    try {
      await this.#kill(id, 'ASYNC');
    } catch (error) {
      throw errorOf(error, '');
    }
  }

  catalogue(): Promise<readonly CatalogueTable[]> {
    return this.#catalogue.get('', () => this.#readCatalogue());
  }

  async #readCatalogue(): Promise<readonly CatalogueTable[]> {
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
      throw errorOf(error, CATALOGUE);
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

  /** ClickHouse lists no columns of a parameterised view. */
  async #columnsOfCall(table: string, parameters: readonly string[]): Promise<readonly AnswerColumn[]> {
    const call = `hilo.${table}(${parameters.map((name) => `${name} = ''`).join(', ')})`;
    const result = await this.#reader.query({
      query: `DESCRIBE TABLE (SELECT * FROM ${call})`,
      format: 'JSONEachRow',
    });
    return await result.json<AnswerColumn>();
  }

  async #kill(query_id: string, how: 'SYNC' | 'ASYNC'): Promise<void> {
    await this.#service.command({
      query: `KILL QUERY WHERE query_id = {query_id: String} ${how}`,
      query_params: { query_id },
    });
  }

  /**
   * Ends a statement. It may still be on its way to ClickHouse, which can also miss the request to end one that is just
   * beginning. So asks ClickHouse until it has answered the statement and no longer runs it.
   */
  async #killForGood(query_id: string, beginning: Promise<Readable>): Promise<void> {
    let hasAnswered = false;
    beginning.then(
      (stream) => {
        hasAnswered = true;
        stream.destroy();
      },
      () => (hasAnswered = true),
    );
    for (let tries = 1; tries <= KILL_TRIES; tries += 1) {
      await this.#kill(query_id, 'SYNC');
      if (hasAnswered && !(await this.#isRunning(query_id))) return;
      await pause(KILL_RETRY_MS);
    }
  }

  async #isRunning(query_id: string): Promise<boolean> {
    const found = await this.#service.query({
      query: 'SELECT query_id FROM system.processes WHERE query_id = {query_id: String}',
      query_params: { query_id },
      format: 'JSONEachRow',
    });
    return (await found.json()).length > 0;
  }

  /** The signal only ends the wait for a busy ClickHouse: a request that was cut off may still run. */
  async #begin(statement: Statement, signal: AbortSignal): Promise<Readable> {
    const { sql, parameters } = statement;
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted();
      try {
        const { stream } = await this.#reader.exec({
          query: `${sql}\nFORMAT JSONCompactEachRowWithProgress`,
          query_id: queryId(statement),
          query_params: { ...parameters },
          clickhouse_settings: { ...EXACT, max_memory_usage: `${STATEMENT_BYTES}` },
        });
        return stream;
      } catch (error) {
        if (!isBusy(error) || tries === BUSY_TRIES) throw error;
        await pause(BUSY_RETRY_MS, undefined, { signal });
      }
    }
  }
}

/** The promise's value; rejects with the signal's reason if it aborts first. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function statementsOff(): Error {
  return problem(
    'statements_off',
    'Statements do not run here, because ClickHouse could read every file of its user: see docs/operating.md.',
  );
}

/** Distinguishes people's statements from everything else in ClickHouse's lists, and one person's from another's. */
function queryId({ id, person }: Pick<Statement, 'id' | 'person'>): string {
  return `people-${person}-${id}`;
}

interface AnswerDependencies {
  /** `isWhole`: the statement ended by itself; `error`: the reported error, if any. */
  readonly end: (isWhole: boolean, error: Error | null) => void;
  /** The reported error if one comes midway. */
  readonly reasonOf: (error: unknown) => Error;
}

/** Reads up to the columns: an error in a statement usually shows before them. */
async function openAnswer(stream: Readable, sql: string, { end, reasonOf }: AnswerDependencies): Promise<OpenAnswer> {
  const lines = answerLines(stream, sql);
  let read: ReadSoFar = { rows: 0, bytes: 0 };
  let columns: readonly AnswerColumn[] | null = null;
  while (columns === null) {
    const { done, value } = await lines.next();
    if (done === true) break;
    if (value.kind === 'progress') read = { rows: value.rows_read, bytes: value.bytes_read };
    if (value.kind === 'columns') columns = value.columns;
  }
  let isWhole = false;
  let failure: Error | null = null;
  const close = (): void => {
    stream.destroy();
    end(isWhole, failure);
  };
  async function* rows() {
    try {
      for await (const line of lines) {
        if (line.kind === 'progress') read = { rows: line.rows_read, bytes: line.bytes_read };
        if (line.kind === 'row') yield line.row;
      }
      isWhole = true;
    } catch (error) {
      failure = reasonOf(error);
      throw failure;
    } finally {
      close();
    }
  }
  return { columns: columns ?? [], rows, readSoFar: () => read, close };
}

async function* answerLines(stream: Readable, sql: string): AsyncGenerator<AnswerLine, void, void> {
  // Everything from the first line that is not part of an answer: the error that it broke off with, in several lines.
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
