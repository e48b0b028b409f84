import type uPlot from 'uplot';
import type { Formats } from '../language/formats.ts';
import type { TimeStep } from './time-step.ts';

/** Values at one time, by the names of their lines. */
export interface ValuesAt {
  readonly timeS: number;
  readonly values: readonly (readonly [name: string, value: number | null])[];
}

/** What is said of a point of a chart: its time, and the value of each line there. */
export function hoverLines({ timeS, values }: ValuesAt, step: TimeStep | null, formats: Formats): readonly string[] {
  const iso = new Date(timeS * 1000).toISOString();
  const time = step === null || step.unit === 'second' ? formats.time(iso) : formats.day(iso);
  return [time, ...values.map(([name, value]) => `${name}: ${value === null ? '–' : formats.number(value)}`)];
}

/** Shows the values under the pointer beside it. */
export function hoverValues(step: TimeStep | null, formats: Formats): uPlot.Plugin {
  const box = document.createElement('div');
  box.className = 'chart-hover';
  return {
    hooks: {
      init: (plot) => plot.over.append(box),
      setCursor: (plot) => {
        const { idx, left = -1 } = plot.cursor;
        const at = left < 0 ? null : valuesAt(plot, idx);
        box.hidden = at === null;
        if (at === null) return;
        box.replaceChildren(...hoverLines(at, step, formats).map(paragraph));
        const isRight = left > plot.over.clientWidth / 2;
        box.style.left = isRight ? 'auto' : `${left + 12}px`;
        box.style.right = isRight ? `${plot.over.clientWidth - left + 12}px` : 'auto';
      },
    },
  };
}

function valuesAt(plot: uPlot, index: number | null | undefined): ValuesAt | null {
  const timeS = index === null || index === undefined ? undefined : plot.data[0][index];
  if (index === null || index === undefined || timeS === undefined) return null;
  const values = plot.series.slice(1).map((series, line): readonly [string, number | null] => {
    return [typeof series.label === 'string' ? series.label : '', plot.data[line + 1]?.[index] ?? null];
  });
  return { timeS, values };
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement('div');
  element.textContent = text;
  return element;
}
