import { Anchor, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { pathOf } from '../api/api.ts';
import type { Delivery } from '../destinations/destination-api.ts';
import { ListTable } from '../elements/list-table.tsx';
import { type Mood, StateMark } from '../elements/state-mark.tsx';
import { valueText } from '../elements/json-text.tsx';
import { SegmentLink } from '../elements/links.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import type { MessageWay, WayDelivery, WayStage } from './event-api.ts';
import { eventMessages } from './messages.ts';
import type { Step, Way } from './way.ts';

interface WayStepsProps {
  readonly message: MessageWay;
  readonly way: Way;
  /** Deliveries that have not ended. */
  readonly waiting: readonly Delivery[];
}

/** The stages in their order, with what each made of the event. */
export function WaySteps({ message, way, waiting }: WayStepsProps) {
  const more: Readonly<Record<WayStage, ReactNode>> = {
    ingestion: null,
    identity: <Merges message={message} />,
    profile: <Traits message={message} />,
    segmentation: <Segments message={message} />,
    activation: <Deliveries ended={message.deliveries} waiting={waiting} />,
  };
  return (
    <ol className="way">
      {way.steps.map((step) => (
        <li key={step.stage} data-mood={step.mood}>
          <StepLine step={step} />
          {more[step.stage]}
        </li>
      ))}
    </ol>
  );
}

function StepLine({ step: { stage, state, mood, count, at } }: { readonly step: Step }) {
  const t = useMessages(eventMessages);
  const formats = useFormats();
  const names: Readonly<Record<WayStage, string>> = {
    ingestion: t.ingestion,
    identity: t.identity,
    profile: t.profileStage,
    segmentation: t.segmentation,
    activation: t.activation,
  };
  return (
    <div className="way-step">
      <Title order={3} size="h5">
        {names[stage]}
      </Title>
      <StateMark mood={mood}>{t[`step_${state}`]}</StateMark>
      {count < 2 ? null : (
        <Text size="sm" c="dimmed" span>
          {t.counted(count)}
        </Text>
      )}
      {at === null ? null : (
        <Text size="sm" c="dimmed" span>
          {formats.time(at)}
        </Text>
      )}
    </div>
  );
}

function Merges({ message: { merges } }: { readonly message: MessageWay }) {
  const t = useMessages(eventMessages);
  return merges.map(({ absorbed, survivor }) => (
    <Text key={absorbed} size="sm" className="breakable">
      {t.merged(absorbed, survivor)}
    </Text>
  ));
}

function Traits({ message: { trait_changes } }: { readonly message: MessageWay }) {
  const t = useMessages(eventMessages);
  if (trait_changes.length === 0) return null;
  return (
    <ListTable
      caption={t.traitsCaption}
      items={trait_changes}
      keyOf={({ trait, decided_at }) => `${trait} ${decided_at ?? ''}`}
      columns={[
        { key: 'trait', label: t.trait, cell: ({ trait }) => trait },
        { key: 'value', label: t.value, cell: ({ value }) => (value === null ? t.removed : valueText(value)) },
        { key: 'previous', label: t.previous, cell: ({ previous }) => (previous === null ? '–' : valueText(previous)) },
      ]}
    />
  );
}

function Segments({ message: { membership_changes } }: { readonly message: MessageWay }) {
  const t = useMessages(eventMessages);
  const formats = useFormats();
  if (membership_changes.length === 0) return null;
  return (
    <ListTable
      caption={t.segmentsCaption}
      items={membership_changes}
      keyOf={({ segment, version }) => `${segment} ${version}`}
      columns={[
        { key: 'segment', label: t.segment, cell: ({ segment }) => <SegmentLink segment={segment} /> },
        {
          key: 'change',
          label: t.change,
          cell: ({ status, unproven }) => (unproven ? t.unproven(t[status]) : t[status]),
        },
        {
          key: 'decided',
          label: t.decided,
          cell: ({ decided_at }) => (decided_at === null ? '–' : formats.time(decided_at)),
        },
      ]}
    />
  );
}

const MOODS: Readonly<Record<Delivery['status'], Mood>> = {
  queued: 'waiting',
  retrying: 'waiting',
  delivered: 'good',
  filtered: 'idle',
  failed: 'bad',
};

interface DeliveriesProps {
  readonly ended: readonly WayDelivery[];
  readonly waiting: readonly Delivery[];
}

function Deliveries({ ended, waiting }: DeliveriesProps) {
  const t = useMessages(eventMessages);
  const formats = useFormats();
  const over = new Set(ended.map(({ delivery_id }) => delivery_id));
  const all = [...waiting.filter(({ delivery_id }) => !over.has(delivery_id)), ...ended];
  if (all.length === 0) return null;
  return (
    <ListTable
      caption={t.deliveriesCaption}
      items={all}
      keyOf={({ delivery_id }) => delivery_id}
      columns={[
        {
          key: 'destination',
          label: t.destination,
          cell: ({ destination }) => (
            <Anchor component={Link} to={pathOf`/destinations/${destination}`}>
              {destination}
            </Anchor>
          ),
        },
        {
          key: 'change',
          label: t.change,
          cell: ({ membership_status, segment }) => `${t[membership_status]} ${segment}`,
        },
        {
          key: 'state',
          label: t.state,
          cell: ({ status, reason }) => (
            <StateMark mood={MOODS[status]}>{reason === '' ? t[status] : `${t[status]}: ${reason}`}</StateMark>
          ),
        },
        { key: 'attempts', label: t.attempts, align: 'end', cell: ({ attempts }) => formats.count(attempts) },
        {
          key: 'ended',
          label: t.ended,
          cell: ({ ended_at }) => (ended_at === null ? '–' : formats.time(ended_at)),
        },
      ]}
    />
  );
}
