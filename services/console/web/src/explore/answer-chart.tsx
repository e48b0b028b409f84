import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { chartAxes, lonePoints } from '../charts/chart-axes.ts';
import { next, type TimeStep } from '../charts/time-step.ts';
import { CHART_DASHES, CHART_LINES } from '../charts/chart-colours.ts';
import { useFormats } from '../language/language.tsx';
import type { Zone } from '../language/zone.ts';
import type { TimePlot } from './domain/plot.ts';

const HEIGHT = 240;

interface AnswerChartProps {
  readonly plot: TimePlot;
  readonly bars: boolean;
  /** What the picture says, in words. */
  readonly label: string;
}

/** Lines over time, or bars where there is one line. */
export function AnswerChart({ plot, bars, label }: AnswerChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  const formats = useFormats();
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        cursor: { show: false },
        legend: { show: false },
        ...chartAxes({
          scheme,
          formats,
          step: plot.step,
          around: (from, to) => around(plot.step, from, to, formats.zone),
        }),
        series: [
          {},
          ...plot.series.map(({ name }, index) =>
            bars && plot.series.length === 1 ? barsOf(name, scheme) : lineOf(name, index, scheme, plot.step === null),
          ),
        ],
      },
      [[...plot.times_s], ...plot.series.map(({ values }) => [...values])],
      element,
    );
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
    };
  }, [plot, bars, scheme, formats]);
  return <div ref={place} className="answer-chart" role="img" aria-label={label} />;
}

function barsOf(name: string, scheme: 'light' | 'dark'): uPlot.Series {
  const [stroke] = CHART_LINES[scheme];
  return { label: name, stroke, fill: stroke, paths: uPlot.paths.bars?.({ size: [0.7, 60] }), points: { show: false } };
}

/** A line that breaks off where nothing is known. Points of no step have nothing missing between them. */
function lineOf(name: string, index: number, scheme: 'light' | 'dark', spanGaps: boolean): uPlot.Series {
  return {
    label: name,
    stroke: CHART_LINES[scheme][index % CHART_LINES[scheme].length],
    width: 2,
    dash: [...(CHART_DASHES[index % CHART_DASHES.length] ?? [])],
    spanGaps,
    points: { show: true, filter: (plot, series) => lonePoints([...(plot.data[series] ?? [])]) },
  };
}

/** Half a step of room on both sides: bars stand on their times. */
function around(step: TimeStep | null, from_s: number, to_s: number, zone: Zone): [number, number] {
  if (step === null) return from_s === to_s ? [from_s - 1, to_s + 1] : [from_s, to_s];
  const half = (next(to_s, step, zone) - to_s) / 2;
  return [from_s - half, to_s + half];
}
