import { useMemo } from 'react';
import { Chart } from '../charts/chart.tsx';
import type { RateHistory } from '../live/rate-history.ts';

const HEIGHT = 200;

interface RateChartProps {
  readonly history: RateHistory;
  /** Stages in their order, with their names. */
  readonly stages: readonly (readonly [stage: string, name: string])[];
  /** What the picture says, in words. */
  readonly label: string;
}

/** Lines of each stage's rate over the last two minutes. */
export function RateChart({ history, stages, label }: RateChartProps) {
  const { timesS, rates } = history;
  const lines = useMemo(() => {
    const none = timesS.map(() => null);
    return stages.map(([stage, name]) => ({ name, values: rates[stage] ?? none }));
  }, [timesS, rates, stages]);
  return (
    <Chart label={label} height={HEIGHT} timesS={timesS} lines={lines} shape="lines" step={null} spanGaps={false} />
  );
}
