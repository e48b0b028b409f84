import { type Condition, notEvaluated, type Problem, readCondition } from '@hilo/behaviour/version-2';
import type { SumCondition } from '@hilo/behaviour/version-2/sql';
import { problem } from '@hilo/service';

/** The condition of a request. Throws `invalid_condition`, which names the places of all faults. */
export function readWanted(json: unknown): Condition {
  const read = readCondition(json);
  if (read.kind === 'problems') throw invalid(read.problems);
  return read.condition;
}

/** The same, for a condition that the stream is to evaluate. */
export function readEvaluated(json: unknown): Condition {
  const condition = readWanted(json);
  const beyond = notEvaluated(condition);
  if (beyond.length > 0) throw invalid(beyond);
  return condition;
}

/** The condition of a request, which must be a sum in a window. */
export function sumOf(json: unknown): SumCondition {
  const condition = readWanted(json);
  if ('sum' in condition && condition.within !== undefined) return condition;
  const message =
    'must be a sum within a window, such as {"sum": "revenue", "of": "Order Completed", "within": "365d", …}';
  throw invalid([{ field: 'condition', message }]);
}

function invalid(problems: readonly Problem[]): Error {
  const faults = problems.map(({ field, message }) => `${field} ${message}.`).join(' ');
  return problem('invalid_condition', faults, { field: problems[0]?.field ?? 'condition' });
}
