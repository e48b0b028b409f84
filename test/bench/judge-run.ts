import { type Sample, medianBySecond, medianOf, rises, settled, trendOf } from './trend.ts';

/** What one run at one rate showed. */
export interface RunEvidence {
  /** Events a second that were to be sent, and that were. */
  readonly rate: number;
  readonly achievedRate: number;
  /** Events that were not answered with 200. */
  readonly refused: number;
  /** Records waiting before all stages together, by second. Single readings fall anywhere between two batches. */
  readonly lag: readonly Sample[];
  /** How late each entry reached the webhook, in seconds, by when its event was due. */
  readonly latenessS: readonly Sample[];
}

/** Whether the stack sustained the rate, and the evidence. */
export interface Judgement {
  /** `flat`, or what was wrong, for people. */
  readonly verdict: string;
  /** By how many records per second the lag grew once the pipeline had filled, and the standard error of that. */
  readonly lagGrowthPerS: number;
  readonly lagGrowthErrorPerS: number;
  /** Records waiting towards the end: the median of the last readings. */
  readonly waiting: number;
}

/** The sender may fall short of the rate by this share. */
const SHORT_AT_MOST = 0.02;

/** A run cannot distinguish a backlog that grows by less than this share of the rate from a flat one. */
const GROWTH_AT_MOST = 0.005;

/** At the end, no more may wait than arrives in this time, and no entry may be later than this. */
const WAITING_AT_MOST_S = 2;

/** The readings that stand for the end of a run. */
const LAST_READINGS = 5;

/**
 * Judges a run. Lag and lateness count as growing if their trend rises beyond its own noise; an earlier backlog shows
 * in what waits at the end.
 */
export function judgeRun(evidence: RunEvidence): Judgement {
  const { rate, achievedRate, refused, lag, latenessS } = evidence;
  const lagTrend = trendOf(settled(lag));
  const late = medianBySecond(latenessS);
  const lateTrend = trendOf(settled(late));
  const waiting = lastOf(lag);
  const lateS = lastOf(late);
  const verdict = (): string => {
    if (refused > 0) return `${refused} events refused`;
    if (achievedRate < rate * (1 - SHORT_AT_MOST)) return `only ${Math.round(achievedRate)}/s could be sent`;
    if (rises(lagTrend, rate * GROWTH_AT_MOST)) {
      return `lag grows by ${Math.round(lagTrend.slope)} ± ${Math.round(lagTrend.error)} records/s`;
    }
    if (rises(lateTrend, GROWTH_AT_MOST)) {
      return `entries come ${milliseconds(lateTrend.slope)} ± ${milliseconds(lateTrend.error)} ms/s later`;
    }
    if (waiting > rate * WAITING_AT_MOST_S) return `${Math.round(waiting)} records wait at the end`;
    if (lateS > WAITING_AT_MOST_S) return `entries come ${lateS.toFixed(1)} s late at the end`;
    return 'flat';
  };
  return {
    verdict: verdict(),
    lagGrowthPerS: lagTrend.slope,
    lagGrowthErrorPerS: Number.isFinite(lagTrend.error) ? lagTrend.error : 0,
    waiting,
  };
}

function lastOf(samples: readonly Sample[]): number {
  return medianOf(samples.slice(-LAST_READINGS).map(({ value }) => value)) ?? 0;
}

function milliseconds(seconds: number): string {
  return (seconds * 1000).toFixed(0);
}
