/** What one run at one rate showed. */
export interface Trial {
  readonly rate: number;
  /** Whether the endpoint took all of it in time and no stage fell behind. */
  readonly sustained: boolean;
}

/** Limits of the search, in events per second. */
export interface SearchLimits {
  /** The first rate to try: the better the guess, the fewer the runs. */
  readonly start: number;
  readonly least: number;
  readonly most: number;
  /** How far one step goes as long as the limit is not yet between two rates. */
  readonly step: number;
  /** The answer is precise to this share of itself. */
  readonly precision: number;
  /** Asked before each further run; false ends the search with what it has. */
  timeLeft?(): boolean;
}

/**
 * The highest sustained rate: goes up or down from the first one until the limit lies between two rates, halves the
 * distance, and then tries the lowest rate that failed once more, because the machine may have been busy with something
 * else. If it holds now, the search continues from there. Zero if not even the lowest rate is sustained, or none was
 * found in time.
 */
export async function highestSustained(
  limits: SearchLimits,
  attempt: (rate: number) => Promise<Trial>,
): Promise<number> {
  const { least, most, timeLeft = () => true } = limits;
  const failures = new Map<number, number>();
  let good = 0;
  let bad = Number.POSITIVE_INFINITY;
  let next = Math.min(most, Math.max(least, Math.round(limits.start)));
  for (;;) {
    if ((await attempt(next)).sustained) {
      good = next;
      if (bad <= good) bad = Number.POSITIVE_INFINITY;
    } else {
      bad = next;
      failures.set(bad, (failures.get(bad) ?? 0) + 1);
    }
    if (good >= most || !timeLeft()) return good;
    const found = bad - good <= good * limits.precision + 1 || bad <= least;
    if (found && failures.get(bad) !== 1) return good;
    next = found ? bad : between(good, bad, limits);
  }
}

/** The next rate to try if the highest that held and the lowest that did not are far apart, or one is not known. */
function between(good: number, bad: number, { least, most, step }: SearchLimits): number {
  if (good === 0) return Math.max(least, Math.round(bad / step));
  if (bad === Number.POSITIVE_INFINITY) return Math.min(most, Math.round(good * step));
  return Math.round((good + bad) / 2);
}

/** Processors are never used completely: collectors, checkpoints and merges come in bursts. */
const USABLE = 0.9;

/** The generator's own CPU per event, in microseconds: it runs on the same machine. */
const GENERATOR_US = 20;

/** The rate at which a stack with this cost per event would fill the processors of this machine. */
export function rateFromCost(usPerEvent: number, processors: number): number {
  return Math.round((processors * 1e6 * USABLE) / (usPerEvent + GENERATOR_US));
}
