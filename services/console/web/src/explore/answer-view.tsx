import './explore.css';
import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { Chart } from '../charts/chart.tsx';
import { ChartKey, ChartZone } from '../charts/chart-notes.tsx';
import { Empty } from '../elements/empty.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { AnswerTable } from './answer-table.tsx';
import type { Answer } from './domain/answer.ts';
import { countedColumns } from './domain/counted-columns.ts';
import { type BarPlot, figureOf, plotOf } from './domain/plot.ts';
import type { View } from './exploration-api.ts';
import { exploreMessages } from './messages.ts';

const HEIGHT = 240;

interface AnswerViewProps {
  readonly answer: Answer;
  /** The statement that it answers. */
  readonly sql: string;
  readonly view: View;
  /** Says what it is the answer to. */
  readonly caption: string;
}

/** An answer in the chosen form: a table, a number, or a chart if it makes one. */
export function AnswerView({ answer, sql, view, caption }: AnswerViewProps) {
  const t = useMessages(exploreMessages);
  if (answer.rows.length === 0) return <Empty title={t.nothing}>{t.nothingHelp}</Empty>;
  if (view === 'table') return <AnswerTable answer={answer} caption={caption} />;
  if (view === 'number') return <Figure answer={answer} />;
  return <Plot answer={answer} sql={sql} bars={view === 'bars'} caption={caption} />;
}

function Figure({ answer }: { readonly answer: Answer }) {
  const t = useMessages(exploreMessages);
  const formats = useFormats();
  const figure = figureOf(answer);
  return figure === null ? (
    <Text c="dimmed">{t.noNumber}</Text>
  ) : (
    <p className="answer-figure">{formats.number(figure)}</p>
  );
}

function Plot({
  answer,
  sql,
  bars,
  caption,
}: {
  readonly answer: Answer;
  readonly sql: string;
  readonly bars: boolean;
  readonly caption: string;
}) {
  const t = useMessages(exploreMessages);
  const formats = useFormats();
  const plot = useMemo(
    () => plotOf(answer, { zone: formats.zone, counted: countedColumns(sql) }),
    [answer, sql, formats.zone],
  );
  if (plot === null) return <Empty title={t.noPlot}>{t.noPlotHelp}</Empty>;
  const more =
    plot.left_out === 0 ? null : (
      <Text size="sm" c="dimmed" mt="xs">
        {t.leftOut(plot.left_out)}
      </Text>
    );
  if (plot.kind === 'bars')
    return (
      <>
        <Bars plot={plot} caption={caption} />
        {more}
      </>
    );
  const names = plot.series.map(({ name }): readonly [string, string] => [name, name]);
  return (
    <>
      <Chart
        label={`${caption}: ${formats.list(plot.series.map(({ name }) => name))}`}
        height={HEIGHT}
        timesS={plot.timesS}
        lines={plot.series}
        shape={bars && plot.series.length === 1 ? 'bars' : 'lines'}
        step={plot.step}
        spanGaps={plot.step === null}
      />
      <ChartZone />
      {names.length < 2 ? null : <ChartKey lines={names} />}
      {more}
    </>
  );
}

function Bars({ plot: { bars, name }, caption }: { readonly plot: BarPlot; readonly caption: string }) {
  const formats = useFormats();
  const largest = Math.max(...bars.map(({ value }) => value), 0) || 1;
  return (
    <ul className="answer-bars" aria-label={`${caption}: ${name}`}>
      {bars.map(({ label, value }, index) => (
        <li key={index}>
          <span className="bar-name" title={label}>
            {label}
          </span>
          <span className="bar-value">
            <svg aria-hidden="true">
              <rect width={`${(100 * Math.max(0, value)) / largest}%`} height="100%" rx="2" />
            </svg>
            {formats.number(value)}
          </span>
        </li>
      ))}
    </ul>
  );
}
