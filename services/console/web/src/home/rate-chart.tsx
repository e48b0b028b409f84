import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { chartAxes, lonePoints } from '../charts/chart-axes.ts';
import { CHART_DASHES, CHART_LINES } from '../charts/chart-colours.ts';
import type { Formats } from '../language/formats.ts';
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
    const made = new uPlot(options(series, scheme, formats, element.clientWidth), noData(series), element);
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
  formats: Formats,
  width: number,
): uPlot.Options {
  return {
    width,
    height: HEIGHT,
    cursor: { show: false },
    legend: { show: false },
    ...chartAxes({ scheme, formats, step: null }),
    series: [
      {},
      ...stages.map(([, name], index) => ({
        label: name,
        stroke: CHART_LINES[scheme][index % CHART_LINES[scheme].length],
        dash: [...(CHART_DASHES[index % CHART_DASHES.length] ?? [])],
        width: 2,
        points: { show: true, filter: (plot: uPlot, line: number) => lonePoints([...(plot.data[line] ?? [])]) },
      })),
    ],
  };
}
