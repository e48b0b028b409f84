import { ClickHouseError } from '@clickhouse/client';
import { ProblemError, problem, TooManyWaitingError } from '@hilo/service';
import { problemOfError, readException } from '../domain/statement-fault.ts';
import { isUnavailable } from './clickhouse-client.ts';

/**
 * Statements of one instance at a time; the others wait for their turn. A dashboard of 24 tiles fits twice into one
 * person's share. ClickHouse runs 16 of its reader's statements at once, including the catalogue's.
 */
export const TURNS = { atOnce: 12, atOnceEach: 2, keptFrom: 6, waiting: 600, waitingEach: 60 } as const;

const TOO_MANY_SIMULTANEOUS = '202';
const SAME_ID = '216';
/** Wrong password, unknown user, missing password, a network that the user may not come from. */
const NOT_LET_IN = new Set(['516', '192', '193', '194', '195', '700']);
/** The server stops, is overloaded, or has no thread or connection left. Any other error is about the statement. */
const NOT_NOW = new Set(['203', '236', '439', '734', '745']);

/** The problem for a statement that ClickHouse answered with an error. */
export function problemOfCode(code: string, message: string, sql: string): Error {
  const { reason, detail } = problemOfError(code, message, sql);
  return problem(reason, detail, { field: 'sql' });
}

/** Two statements cannot run under one id. */
export function alreadyRunning(): Error {
  return problem('already_running', 'A statement with this id is already running.', { field: 'id' });
}

/**
 * Code and text of ClickHouse's answer; null if the error is not ClickHouse's. The client cannot parse some of its
 * errors.
 */
export function saidByClickHouse(error: unknown): { readonly code: string; readonly message: string } | null {
  if (error instanceof ClickHouseError) return error;
  const said = readException(error instanceof Error ? error.message : '');
  return said.code === '' ? null : said;
}

/** The problem for an error: problems stay as they are. */
export function errorOf(error: unknown, sql: string): Error {
  if (error instanceof ProblemError) return error;
  const said = saidByClickHouse(error);
  if (error instanceof TooManyWaitingError) return tooMany(error.isOwn);
  if (said?.code === TOO_MANY_SIMULTANEOUS) return tooMany(false);
  if (said !== null) return errorOfAnswer(said, sql);
  if (isUnavailable(error)) return problem('unavailable', 'ClickHouse does not answer for now. Try again in a moment.');
  return error instanceof Error ? error : new Error('a statement failed', { cause: error });
}

/** Whether ClickHouse has reached its limit of statements, of this and other instances. */
export function isBusy(error: unknown): boolean {
  return saidByClickHouse(error)?.code === TOO_MANY_SIMULTANEOUS;
}

function tooMany(isOwn: boolean): Error {
  const { atOnceEach, waitingEach } = TURNS;
  const detail = isOwn
    ? `You have ${atOnceEach} statements running and ${waitingEach} waiting. Wait for some to end, cancel some, or close a dashboard.`
    : 'The queue of statements is full. Try again in a moment.';
  return problem('too_many_queries', detail, { headers: { 'retry-after': '1' } });
}

function errorOfAnswer({ code, message }: { readonly code: string; readonly message: string }, sql: string): Error {
  if (code === SAME_ID) return alreadyRunning();
  if (NOT_LET_IN.has(code))
    return problem('unavailable', 'ClickHouse does not know the user that runs statements: see docs/analytics.md.');
  if (NOT_NOW.has(code)) return problem('unavailable', 'ClickHouse is overloaded. Try again in a moment.');
  return problemOfCode(code, message, sql);
}
