import { inspect, isDeepStrictEqual } from 'node:util';

/** What came of a seed is not as it must be. */
class NotAsExpectedError extends Error {
  constructor(what: string, actual: unknown, expected: string) {
    super(`${what}: ${inspect(actual, { depth: 8, maxArrayLength: 60 })} must be ${expected}`);
  }
}

/** Throws unless both are deeply equal. */
export function checkEqual<T>(actual: T, expected: T, what: string): void {
  if (!isDeepStrictEqual(actual, expected))
    throw new NotAsExpectedError(what, actual, inspect(expected, { depth: 8, maxArrayLength: 60 }));
}

/** Throws unless the number is above, or at, another. */
export function checkAbove(actual: number, least: number, what: string): void {
  if (!(actual > least)) throw new NotAsExpectedError(what, actual, `above ${least}`);
}
