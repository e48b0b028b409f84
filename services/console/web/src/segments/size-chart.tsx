import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { CHART_AXES, CHART_LINES } from '../elements/chart-colours.ts';
import type { Formats } from '../language/formats.ts';
import { useFormats } from '../language/language.tsx';
import type { SizePoint } from './segment-history.ts';

const HEIGHT = 200;

interface SizeChartProps {
  readonly points: readonly SizePoint[];
  /** What the picture says, in words. */
  readonly label: string;
}

/** A line of a segment's size, a step at each point. */
export function SizeChart({ points, label }: SizeChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme('light');
  const formats = useFormats();
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const { text, grid } = CHART_AXES[scheme];
    const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        cursor: { show: false },
        legend: { show: false },
        scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] } },
        axes: [
          {
            ...axis,
            space: 110,
            values: (_plot, splits, _axis, _space, apart_s) => splits.map(timeText(apart_s, formats)),
          },
          { ...axis, size: 56, values: (_plot, splits) => splits.map(formats.short) },
        ],
        series: [
          {},
          {
            stroke: CHART_LINES[scheme][0],
            width: 2,
            points: { show: false },
            ...(uPlot.paths.stepped === undefined ? {} : { paths: uPlot.paths.stepped({ align: 1 }) }),
          },
        ],
      },
      [[], []],
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
  }, [scheme, formats]);
  useEffect(() => {
    plot.current?.setData([points.map(({ at }) => Date.parse(at) / 1000), points.map(({ members }) => members)]);
  }, [points, scheme, formats]);
  return <div ref={place} className="size-chart" role="img" aria-label={label} />;
}

const DAY_S = 86_400;

/** Times less than a day apart are told by the hour, others by the day. */
function timeText(apart_s: number, { day, dayClock }: Formats): (seconds: number) => string {
  const text = apart_s < DAY_S ? dayClock : day;
  return (seconds) => text(new Date(seconds * 1000).toISOString());
}
