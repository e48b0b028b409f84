import { setTimeout as pause } from 'node:timers/promises';

const POLL_EVERY_MS = 100;

/**
 * Asks again until an answer is accepted, and returns it. Rejects after `withinMs` with the last answer (or error) and
 * the name of what was waited for.
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
  accept: (answer: T) => boolean,
  withinMs = 30_000,
): Promise<T> {
  const deadlineMs = performance.now() + withinMs;
  for (let last = 'nothing'; ; ) {
    const asked_ms = performance.now();
    try {
      const answer = await ask();
      if (accept(answer)) return answer;
      last = JSON.stringify(answer)?.slice(0, 1500) ?? 'undefined';
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() > deadlineMs)
      throw new Error(`not within ${withinMs / 1000} s: ${what}; last answer: ${last}`);
    // A slow question (a whole topic) is asked less often.
    await pause(Math.max(POLL_EVERY_MS, 2 * (performance.now() - asked_ms)));
  }
}
