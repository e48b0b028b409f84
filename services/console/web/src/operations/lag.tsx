import { Text } from '@mantine/core';
import { Empty } from '../elements/empty.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { Section } from '../elements/section.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useStageName } from '../elements/stage-name.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { operationsMessages } from './messages.ts';
import type { StageOperations, TopicLag } from './operations.ts';

interface LagProps {
  readonly lags: readonly TopicLag[];
  readonly stages: readonly StageOperations[];
}

/** How far behind every stage is: in records, topic by topic, and in the time of events. */
export function Lag({ lags, stages }: LagProps) {
  const t = useMessages(operationsMessages);
  return (
    <>
      <Section title={t.lag}>
        <Text c="dimmed" size="sm" mb="sm">
          {t.lagNote}
        </Text>
        {lags.length === 0 ? <Empty title={t.noLag}>{t.noLagHelp}</Empty> : <Topics lags={lags} />}
      </Section>
      <Section title={t.time}>
        <Text c="dimmed" size="sm" mb="sm">
          {t.timeNote}
        </Text>
        <EventTimes stages={stages} />
      </Section>
    </>
  );
}

function Topics({ lags }: Pick<LagProps, 'lags'>) {
  const t = useMessages(operationsMessages);
  const formats = useFormats();
  const nameOf = useStageName();
  return (
    <ListTable
      caption={t.lagCaption}
      items={lags}
      keyOf={({ stage, topic }) => `${stage} ${topic}`}
      columns={[
        { key: 'stage', label: t.stage, cell: ({ stage }) => nameOf(stage) },
        { key: 'topic', label: t.topic, cell: ({ topic }) => topic },
        {
          key: 'partitions',
          label: t.partitions,
          align: 'end',
          cell: ({ partitions }) => formats.count(partitions.length),
        },
        { key: 'records', label: t.waiting, align: 'end', cell: ({ records }) => formats.count(records) },
      ]}
      details={({ partitions }) => (
        <ul className="plain-list">
          {partitions.map(({ partition, records }) => (
            <li key={partition}>{t.partitionLag(String(partition), formats.count(records))}</li>
          ))}
        </ul>
      )}
    />
  );
}

function EventTimes({ stages }: Pick<LagProps, 'stages'>) {
  const t = useMessages(operationsMessages);
  const formats = useFormats();
  const nameOf = useStageName();
  const duration = (seconds: number | null) => (seconds === null ? '–' : formats.duration(seconds));
  return (
    <ListTable
      caption={t.timeCaption}
      items={stages}
      keyOf={({ stage }) => stage}
      columns={[
        { key: 'stage', label: t.stage, cell: ({ stage }) => nameOf(stage) },
        { key: 'event', label: t.eventLag, align: 'end', cell: ({ event_lag_s }) => duration(event_lag_s) },
        {
          key: 'commit',
          label: t.commit,
          align: 'end',
          cell: ({ commit_p50_s, commit_p99_s }) => `${duration(commit_p50_s)} · ${duration(commit_p99_s)}`,
        },
        { key: 'gaps', label: t.held, cell: ({ gaps }) => <Gaps gaps={gaps} /> },
      ]}
    />
  );
}

function Gaps({ gaps }: Pick<StageOperations, 'gaps'>) {
  const t = useMessages(operationsMessages);
  const formats = useFormats();
  return gaps.length === 0 ? t.none : <StateMark mood="bad">{t.gaps(formats.list(gaps))}</StateMark>;
}
