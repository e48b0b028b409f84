import 'uplot/dist/uPlot.min.css';
import './charts.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useFormats } from '../language/language.tsx';
import type { Zone } from '../language/zone.ts';
import { chartAxes, lonePoints } from './chart-axes.ts';
import { CHART_DASHES, CHART_LINES } from './chart-colours.ts';
import { hoverValues } from './hover-values.ts';
import { next, type TimeStep } from './time-step.ts';

/** Values over time, with their name. */
export interface ChartLine {
  readonly name: string;
  /** One for each time; null: not known. */
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  /** What the picture says, in words. */
  readonly label: string;
  readonly height: number;
  readonly timesS: readonly number[];
  readonly lines: readonly ChartLine[];
  /** `steps`: each value holds from the one before; `bars`: where there is one line. */
  readonly shape: 'lines' | 'steps' | 'bars';
  /** What the times are the starts of; null: nothing regular. */
  readonly step: TimeStep | null;
  /** Whether a line goes on over times at which nothing is known. */
  readonly spanGaps: boolean;
}

/** Lines over time, or bars, as wide as their place; the values under the pointer are shown beside it. */
export function Chart({ label, height, timesS, lines, shape, step, spanGaps }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme('light');
  const formats = useFormats();
  const names = JSON.stringify(lines.map(({ name }) => name));
  const steps = JSON.stringify(step);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const series = JSON.parse(names) as readonly string[];
    const ofStep = JSON.parse(steps) as TimeStep | null;
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        cursor: { y: false, drag: { x: false, y: false } },
        legend: { show: false },
        plugins: [hoverValues(ofStep, formats)],
        ...chartAxes({
          scheme,
          formats,
          step: ofStep,
          around: (from, to) => around(ofStep, from, to, formats.zone),
        }),
        series: [{}, ...series.map((name, index) => seriesOf({ name, index, scheme, shape, spanGaps }))],
      },
      [[], ...series.map(() => [])],
      element,
    );
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [names, steps, shape, spanGaps, height, scheme, formats]);
  useEffect(() => {
    plot.current?.setData([[...timesS], ...lines.map(({ values }) => [...values])]);
  }, [timesS, lines, steps, shape, spanGaps, height, scheme, formats]);
  return <div ref={place} className="chart" role="img" aria-label={label} />;
}

interface SeriesLook extends Pick<ChartProps, 'shape' | 'spanGaps'> {
  readonly name: string;
  readonly index: number;
  readonly scheme: 'light' | 'dark';
}

function seriesOf({ name, index, scheme, shape, spanGaps }: SeriesLook): uPlot.Series {
  const stroke = CHART_LINES[scheme][index % CHART_LINES[scheme].length] ?? '';
  if (shape === 'bars')
    return {
      label: name,
      stroke,
      fill: stroke,
      paths: uPlot.paths.bars?.({ size: [0.7, 60] }),
      points: { show: false },
    };
  return {
    label: name,
    stroke,
    width: 2,
    dash: [...(CHART_DASHES[index % CHART_DASHES.length] ?? [])],
    spanGaps,
    ...(shape === 'steps' && uPlot.paths.stepped !== undefined ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
    points:
      shape === 'steps'
        ? { show: false }
        : { show: true, filter: (plot, line) => lonePoints([...(plot.data[line] ?? [])]) },
  };
}

/** Half a step of room on both sides: bars stand on their times. */
function around(step: TimeStep | null, fromS: number, toS: number, zone: Zone): [number, number] {
  if (step === null) return fromS === toS ? [fromS - 1, toS + 1] : [fromS, toS];
  const half = (next(toS, step, zone) - toS) / 2;
  return [fromS - half, toS + half];
}
