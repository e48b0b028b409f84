import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { CHART_AXES, CHART_DASHES, CHART_LINES } from '../elements/chart-colours.ts';
import { useFormats } from '../language/language.tsx';
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
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme('light');
  const formats = useFormats();
  const names = JSON.stringify(stages);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const series = JSON.parse(names) as RateChartProps['stages'];
    const made = new uPlot(
      options(series, scheme, formats.short, formats.clock, element.clientWidth),
      noData(series),
      element,
    );
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [names, scheme, formats]);
  useEffect(() => {
    const none = history.times_s.map(() => null);
    plot.current?.setData([[...history.times_s], ...stages.map(([stage]) => [...(history.rates[stage] ?? none)])]);
  }, [history, stages, scheme, formats]);
  return <div ref={place} className="rate-chart" role="img" aria-label={label} />;
}

function noData(stages: RateChartProps['stages']): uPlot.AlignedData {
  return [[], ...stages.map(() => [])];
}

function options(
  stages: RateChartProps['stages'],
  scheme: 'light' | 'dark',
  short: (value: number) => string,
  clock: (iso: string) => string,
  width: number,
): uPlot.Options {
  const { text, grid } = CHART_AXES[scheme];
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  const time = (seconds: number) => clock(new Date(seconds * 1000).toISOString());
  return {
    width,
    height: HEIGHT,
    cursor: { show: false },
    legend: { show: false },
    scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [
      { ...axis, space: 110, values: (_plot, splits) => splits.map(time) },
      { ...axis, size: 56, values: (_plot, splits) => splits.map(short) },
    ],
    series: [
      {},
      ...stages.map(([, name], index) => ({
        label: name,
        stroke: CHART_LINES[scheme][index % CHART_LINES[scheme].length],
        dash: [...(CHART_DASHES[index % CHART_DASHES.length] ?? [])],
        width: 2,
        points: { show: false },
      })),
    ],
  };
}

/** The colour and dashes of each line with its name. */
export function ChartKey({ stages }: Pick<RateChartProps, 'stages'>) {
  const scheme = useComputedColorScheme('light');
  return (
    <ul className="chart-key" aria-hidden="true">
      {stages.map(([stage, name], index) => (
        <li key={stage}>
          <svg viewBox="0 0 24 4">
            <path
              d="M0 2h24"
              stroke={CHART_LINES[scheme][index % CHART_LINES[scheme].length]}
              strokeWidth="3"
              strokeDasharray={CHART_DASHES[index % CHART_DASHES.length]?.join(' ')}
            />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}
