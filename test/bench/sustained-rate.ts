/** What one run at one rate showed. */
export interface Trial {
  readonly rate: number;
  /** Whether the door took all of it in time and no stage fell behind. */
  readonly sustained: boolean;
}

/** Bounds of the search, in events a second. */
export interface SearchLimits {
  /** The first rate that is tried: the better the guess, the fewer the runs. */
  readonly start: number;
  readonly least: number;
  readonly most: number;
  /** The answer is exact to this share of itself. */
  readonly precision: number;
  /** Told before each further run once a rate is found; false ends the search with what it has. */
  timeLeft?(): boolean;
}

/** How far one step goes as long as the limit is not yet between two rates. */
const STEP = 1.2;
/** How far each goes after two that held: the guess was far too low then. */
const STRIDE = STEP * STEP;

/**
 * The highest rate that is sustained: goes up or down from the first one until the limit lies between two rates, halves the
 * distance, and then tries the lowest rate that failed once more, which may have met a moment in which the machine was busy
 * with something else. If it holds now, the search goes on from there. Zero where not even the least rate is sustained.
 */
export async function highestSustained(
  limits: SearchLimits,
  attempt: (rate: number) => Promise<Trial>,
): Promise<number> {
  const { least, most, timeLeft = () => true } = limits;
  const failures = new Map<number, number>();
  let good = 0;
  let held = 0;
  let bad = Number.POSITIVE_INFINITY;
  let next = Math.min(most, Math.max(least, Math.round(limits.start)));
  for (;;) {
    if ((await attempt(next)).sustained) {
      good = next;
      held += 1;
      if (bad <= good) bad = Number.POSITIVE_INFINITY;
    } else {
      bad = next;
      failures.set(bad, (failures.get(bad) ?? 0) + 1);
    }
    if (good >= most || (good > 0 && !timeLeft())) return good;
    const found = bad - good <= good * limits.precision || bad <= least;
    if (found && failures.get(bad) !== 1) return good;
    next = found ? bad : between(good, bad, held < 2 ? STEP : STRIDE, limits);
  }
}

/** The next rate to try where the highest that held and the lowest that did not are far apart, or one is not known. */
function between(good: number, bad: number, up: number, { least, most }: SearchLimits): number {
  if (good === 0) return Math.max(least, Math.round(bad / STEP));
  if (bad === Number.POSITIVE_INFINITY) return Math.min(most, Math.round(good * up));
  return Math.round((good + bad) / 2);
}

/** Processors are never used to the last share: collectors, checkpoints and merges come in bursts. */
const USABLE = 0.9;

/** The generator's own CPU an event, in microseconds: it runs on the same machine. */
const GENERATOR_US = 20;

/** The rate at which a stack whose events cost so much would fill the processors of this machine. */
export function rateFromCost(us_per_event: number, processors: number): number {
  return Math.round((processors * 1e6 * USABLE) / (us_per_event + GENERATOR_US));
}
