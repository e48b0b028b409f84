/** The times at which a step can happen, and how it must follow the one before. */
export interface ChainStep {
  /** Sorted. */
  readonly timesMs: readonly number[];
  /** The step before lies less than this before; infinity: at any distance. */
  readonly withinMs: number;
  /** Sorted times, none of which may lie strictly between the step before and this one. */
  readonly without: readonly (readonly number[])[];
}

/** There is no such chain. */
export const NO_CHAIN = Number.NEGATIVE_INFINITY;

/**
 * For each time of the last step the latest first step of a chain that ends there, each step later than the one before;
 * `NO_CHAIN` if there is none. Takes time in proportion to the number of times: a step's possible predecessors are
 * neighbours, and both ends of their range only go forward.
 */
export function latestStarts(steps: readonly ChainStep[]): readonly number[] {
  const [first, ...others] = steps;
  if (first === undefined) return [];
  let { timesMs } = first;
  let starts: readonly number[] = timesMs;
  for (const step of others) {
    starts = continued(timesMs, starts, step);
    ({ timesMs } = step);
  }
  return starts;
}

function continued(beforeMs: readonly number[], starts: readonly number[], step: ChainStep): readonly number[] {
  // Indices of predecessors, the one with the latest start first; later ones with earlier starts wait behind it.
  const queue: number[] = [];
  let head = 0;
  let known = 0;
  const barrier = latestBefore(step.without);
  return step.timesMs.map((timeMs) => {
    for (; known < beforeMs.length && (beforeMs[known] as number) < timeMs; known += 1) {
      const start = starts[known] as number;
      if (start === NO_CHAIN) continue;
      while (queue.length > head && (starts[queue.at(-1) as number] as number) <= start) queue.pop();
      queue.push(known);
    }
    const barrierMs = barrier(timeMs);
    for (; head < queue.length; head += 1) {
      const predecessorMs = beforeMs[queue[head] as number] as number;
      if (predecessorMs > timeMs - step.withinMs && predecessorMs >= barrierMs) break;
    }
    return head < queue.length ? (starts[queue[head] as number] as number) : NO_CHAIN;
  });
}

/** The latest time of any list before one that only grows; minus infinity: none. */
function latestBefore(lists: readonly (readonly number[])[]): (timeMs: number) => number {
  const next = lists.map(() => 0);
  let latestMs = Number.NEGATIVE_INFINITY;
  return (timeMs) => {
    lists.forEach((timesMs, list) => {
      let at = next[list] as number;
      for (; at < timesMs.length && (timesMs[at] as number) < timeMs; at += 1) {
        latestMs = Math.max(latestMs, timesMs[at] as number);
      }
      next[list] = at;
    });
    return latestMs;
  };
}
