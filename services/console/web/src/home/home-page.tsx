import './home.css';
import { Anchor, Paper, Text } from '@mantine/core';
import { Link } from 'react-router';
import { ChartKey, ChartZone } from '../charts/chart-notes.tsx';
import { ConnectionMark } from '../elements/connection-mark.tsx';
import { Loading } from '../elements/loading.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { Section } from '../elements/section.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import type { Overview } from '../live/overview.ts';
import { type Live, useLiveOverview } from '../live/use-live-overview.ts';
import { homeMessages } from './messages.ts';
import { RateChart } from './rate-chart.tsx';
import { SegmentSizes } from './segment-sizes.tsx';
import { ServiceStates } from './service-states.tsx';
import { StageFlow } from './stage-flow.tsx';
import { TodayFigures } from './today-figures.tsx';
import { useStageName } from '../elements/stage-name.ts';
import { WebhookCalls } from './webhook-calls.tsx';

/** The pipeline as it flows. */
export function HomePage() {
  const t = useMessages(homeMessages);
  const { overview, history, connection } = useLiveOverview();
  return (
    <>
      <PageTitle title={t.title} note={t.note}>
        <ConnectionMark connection={connection} />
      </PageTitle>
      {overview === null ? <Loading lines={8} /> : <Content overview={overview} history={history} />}
    </>
  );
}

function Content({ overview, history }: { readonly overview: Overview } & Pick<Live, 'history'>) {
  const t = useMessages(homeMessages);
  const formats = useFormats();
  const nameOf = useStageName();
  const stages = overview.stages.map(({ stage }) => [stage, nameOf(stage)] as const);
  const now = overview.stages.map(({ stage, records_per_s }) =>
    t.chartNow(nameOf(stage), records_per_s === null ? '–' : formats.rate(records_per_s)),
  );
  return (
    <>
      <Tiles overview={overview} />
      <TodayFigures />
      <Section title={t.pipeline}>
        <Text c="dimmed" size="sm" mb="sm">
          {t.pipelineNote}
        </Text>
        <StageFlow overview={overview} />
        <Anchor component={Link} to="/operations" size="sm" mt="xs" display="inline-block">
          {t.operations}
        </Anchor>
      </Section>
      <Section title={t.chart}>
        <Paper withBorder p="sm">
          {history.times_s.length < 2 ? (
            <Text c="dimmed">{t.noRates}</Text>
          ) : (
            <>
              <RateChart history={history} stages={stages} label={t.chartText(formats.list(now))} />
              <ChartZone />
              <ChartKey lines={stages} />
            </>
          )}
        </Paper>
      </Section>
      <div className="home-columns">
        <SegmentSizes segments={overview.segments} />
        <WebhookCalls webhook={overview.webhook} />
      </div>
      <ServiceStates services={overview.services} />
    </>
  );
}

function Tiles({ overview: { stages, webhook } }: { readonly overview: Overview }) {
  const t = useMessages(homeMessages);
  const formats = useFormats();
  const [first] = stages;
  const lags = stages.flatMap(({ lag_records }) => lag_records ?? []);
  const rate = first?.records_per_s ?? null;
  const tiles: readonly (readonly [string, string])[] = [
    [t.eventsPerSecond, rate === null ? '–' : formats.rate(rate)],
    [t.waiting, lags.length === 0 ? '–' : formats.count(sum(lags))],
    [t.deadLetters, formats.count(sum(stages.map(({ dead_letters }) => dead_letters)))],
    [t.calls, formats.count(webhook.received)],
  ];
  return (
    <dl className="tiles">
      {tiles.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
