import { ClickHouseError } from '@clickhouse/client';
import { NotEvaluatedError } from '@hilo/behaviour/version-2/sql';
import { ProblemError, problem, TooManyWaitingError } from '@hilo/service';
import { STATEMENT_S } from './clickhouse-reader.ts';

const TOO_SLOW = new Set(['159', '160']);
const TOO_MUCH_MEMORY = '241';
const TOO_MANY = '202';
const BAD_PATTERN = '427';
/** Wrong password, unknown user, missing password, a network that the user may not come from; the server stops or has no room. */
const UNAVAILABLE = new Set(['516', '192', '193', '194', '195', '700', '203', '236', '439', '734', '745']);
const BUGS = [TypeError, RangeError, SyntaxError, ReferenceError];

/** The problem that a failed statement is to the caller; bugs stay what they are. */
export function problemOf(error: unknown): unknown {
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
      `The answer takes longer than ${STATEMENT_S} s. Ask for a shorter time, or for fewer events.`,
    );
  }
  if (code === TOO_MUCH_MEMORY) {
    return problem('too_much_memory', 'The answer needs too much memory. Ask for a shorter time, or for fewer events.');
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
    ? 'Too many questions of yours run and wait. Wait for some to end.'
    : 'The queue of questions is full. Try again in a moment.';
  return problem('too_many_queries', detail, { headers: { 'retry-after': '1' } });
}
