import './home.css';
import { Anchor, Paper, Text } from '@mantine/core';
import { Link } from 'react-router';
import { ChartKey, ChartZone } from '../charts/chart-notes.tsx';
import { ConnectionMark } from '../elements/connection-mark.tsx';
import { Loading } from '../elements/loading.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { Section } from '../elements/section.tsx';
import { useStageName } from '../elements/stage-name.ts';
import { StateMark } from '../elements/state-mark.tsx';
import { needsOfOverview } from '../health/needs.ts';
import { Verdict } from '../health/verdict.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import type { Overview } from '../live/overview.ts';
import { type Live, useLiveOverview } from '../live/use-live-overview.ts';
import { BusinessFigures } from './business-figures.tsx';
import { homeMessages } from './messages.ts';
import { RateChart } from './rate-chart.tsx';
import { SegmentsGrown } from './segments-grown.tsx';
import { ServiceStates } from './service-states.tsx';
import { StageFlow } from './stage-flow.tsx';
import { Tiles } from './tiles.tsx';
import { TodayFigures, useToday } from './today-figures.tsx';
import { WebhookCalls } from './webhook-calls.tsx';

/** The business in figures, and how the pipeline that they come from runs. */
export function HomePage() {
  const t = useMessages(homeMessages);
  const { overview, history, connection } = useLiveOverview();
  const today = useToday();
  return (
    <>
      <PageTitle title={t.title} note={t.note}>
        <ConnectionMark connection={connection} />
      </PageTitle>
      {overview === null ? null : <Verdict needs={needsOfOverview(overview, today.data?.failed ?? 0)} />}
      <Section title={t.business}>
        <BusinessFigures />
      </Section>
      {overview === null ? <Loading lines={8} /> : <Pipeline overview={overview} history={history} />}
    </>
  );
}

function Pipeline({ overview, history }: { readonly overview: Overview } & Pick<Live, 'history'>) {
  const t = useMessages(homeMessages);
  const formats = useFormats();
  const nameOf = useStageName();
  const stages = overview.stages.map(({ stage }) => [stage, nameOf(stage)] as const);
  const now = overview.stages.map(({ stage, records_per_s }) =>
    t.chartNow(nameOf(stage), records_per_s === null ? '–' : formats.rate(records_per_s)),
  );
  return (
    <>
      <SegmentsGrown segments={overview.segments} />
      <TodayFigures />
      <Section title={t.pipeline}>
        <PipelineTiles overview={overview} />
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
          {history.timesS.length < 2 ? (
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
      <WebhookCalls webhook={overview.webhook} />
      <ServiceStates services={overview.services} />
    </>
  );
}

function PipelineTiles({ overview: { stages, webhook } }: { readonly overview: Overview }) {
  const t = useMessages(homeMessages);
  const formats = useFormats();
  const [first] = stages;
  const lags = stages.flatMap(({ lag_records }) => lag_records ?? []);
  const rate = first?.records_per_s ?? null;
  const dead_letters = sum(stages.map((stage) => stage.dead_letters));
  return (
    <Tiles
      tiles={[
        { name: t.eventsPerSecond, value: rate === null ? '–' : formats.rate(rate), to: '/events' },
        { name: t.waiting, value: lags.length === 0 ? '–' : formats.count(sum(lags)), to: '/operations' },
        {
          name: t.deadLetters,
          value: <StateMark mood={dead_letters === 0 ? 'good' : 'bad'}>{formats.count(dead_letters)}</StateMark>,
          to: '/rejected',
        },
        { name: t.calls, value: formats.count(webhook.received), to: '/deliveries' },
      ]}
    />
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
