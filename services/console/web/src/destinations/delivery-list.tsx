import { Anchor, Button, Checkbox, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { usePages } from '../api/use-pages.ts';
import { CopyText } from '../elements/copy-text.tsx';
import { Empty } from '../elements/empty.tsx';
import { Facts } from '../elements/facts.tsx';
import { Fault } from '../elements/fault.tsx';
import { ProfileLink } from '../elements/links.tsx';
import type { Column } from '../elements/list-table.tsx';
import { OutcomeTally } from '../elements/outcome-tally.tsx';
import { PagedTable } from '../elements/paged-table.tsx';
import { SelectionBar } from '../elements/selection-bar.tsx';
import { type Selection, withId } from '../elements/selection.ts';
import { type Mood, StateMark } from '../elements/state-mark.tsx';
import { eventPath } from '../events/event-api.ts';
import type { Formats } from '../language/formats.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import {
  type Delivery,
  type DeliveryFilter,
  type DeliveryState,
  latestOf,
  readDeliveries,
  type SentAgain,
} from './destination-api.ts';
import { destinationMessages, reasonWords } from './messages.ts';
import { useRetry } from './use-retry.ts';

const MOODS: Readonly<Record<DeliveryState, Mood>> = {
  queued: 'waiting',
  retrying: 'waiting',
  delivered: 'good',
  filtered: 'idle',
  failed: 'bad',
};

/** Deliveries that match a filter, newest first; the first page is kept up to date. Failed ones can be sent again. */
export function DeliveryList({ filter }: { readonly filter: DeliveryFilter }) {
  const t = useMessages(destinationMessages);
  const formats = useFormats();
  const api = useApi();
  const mayRetry = useRight('activation:write');
  const [selection, setSelection] = useState<Selection>(new Set());
  const { retry, isPending, error, outcomes } = useRetry(() => setSelection(new Set()));
  const pages = usePages({
    name: ['deliveries', filter.status, filter.destination, filter.profile],
    read: (cursor, signal) => readDeliveries(api, filter, cursor, signal),
    poll: 'watched',
  });
  // Deliveries that scrolled off the page, or were sent again meanwhile, are not sent unseen.
  const retryable = (pages.items ?? [])
    .map(latestOf)
    .filter((one) => one.retry === 'possible')
    .map((one) => one.delivery_id);
  const chooser: Column<Delivery> = {
    key: 'select',
    label: t.selected,
    cell: (delivery) => {
      const { delivery_id, retry: verdict } = latestOf(delivery);
      return verdict === 'possible' ? (
        <Checkbox
          aria-label={t.select(delivery_id)}
          checked={selection.has(delivery_id)}
          onChange={(event) => setSelection(withId(selection, delivery_id, event.currentTarget.checked))}
        />
      ) : null;
    },
  };
  const hasChooser = mayRetry && retryable.length > 0;
  const toDestinations = (
    <Button variant="default" component={Link} to="/destinations">
      {t.toDestinations}
    </Button>
  );
  return (
    <>
      {hasChooser ? (
        <SelectionBar
          help={t.retryHelp}
          all={t.selectFailed}
          action={t.retrySelected}
          ids={retryable}
          selection={selection}
          busy={isPending}
          select={setSelection}
          act={(chosen) => retry(chosen)}
        />
      ) : null}
      {error === null ? null : <Fault error={error} />}
      {outcomes.length === 0 ? null : (
        <OutcomeTally
          outcomes={outcomes}
          good={['retried', 'asked']}
          words={(state, count) => t[`retry_tally_${state}`](count)}
        />
      )}
      <PagedTable
        pages={pages}
        byTime
        empty={
          <Empty title={t.noDeliveries} action={toDestinations}>
            {t.noDeliveriesHelp}
          </Empty>
        }
        caption={t.deliveriesCaption}
        keyOf={({ delivery_id }) => delivery_id}
        columns={[
          ...(hasChooser ? [chooser] : []),
          { key: 'time', label: t.time, cell: ({ created_at }) => formats.time(created_at) },
          {
            key: 'state',
            label: t.state,
            cell: (delivery) => <DeliveryMark delivery={delivery} />,
          },
          {
            key: 'change',
            label: t.change,
            cell: ({ membership_status, segment }) => `${t[membership_status]} ${segment}`,
          },
          { key: 'who', label: t.who, cell: ({ profile_id }) => <ProfileLink id={profile_id} /> },
          { key: 'destination', label: t.destination, cell: ({ destination }) => destination },
        ]}
        details={(delivery) => (
          <DeliveryDetails delivery={delivery} busy={isPending} retry={mayRetry ? (id) => retry([id]) : null} />
        )}
      />
    </>
  );
}

/** How a delivery ended; for one that was sent again, how that one ended. */
function DeliveryMark({ delivery }: { readonly delivery: Delivery }) {
  const t = useMessages(destinationMessages);
  const { status } = latestOf(delivery);
  if (delivery.sent_again !== null) return <StateMark mood={MOODS[status]}>{t.sentAgain(t[status])}</StateMark>;
  return delivery.retry === 'retried' ? (
    <StateMark mood="waiting">{t.retry_retried}</StateMark>
  ) : (
    <StateMark mood={MOODS[status]}>{t[status]}</StateMark>
  );
}

interface DeliveryDetailsProps {
  readonly delivery: Delivery;
  readonly busy: boolean;
  /** Null for who may not. */
  readonly retry: ((id: string) => void) | null;
}

function DeliveryDetails({ delivery, busy, retry }: DeliveryDetailsProps) {
  const t = useMessages(destinationMessages);
  const formats = useFormats();
  const { reason, attempts, response_status, next_attempt_at, ended_at } = delivery;
  const latest = latestOf(delivery);
  const answerBody = latest.response_body;
  return (
    <Stack gap="sm">
      <Facts
        of={[
          [t.reason, reason === '' ? null : reasonWords(reason, t)],
          [t.attempts, formats.count(attempts)],
          [t.answer, response_status === null ? null : String(response_status)],
          [t.nextAttempt, next_attempt_at === null ? null : formats.time(next_attempt_at)],
          [t.ended, ended_at === null ? null : formats.time(ended_at)],
          [t.deliveryId, delivery.delivery_id],
          [t.idempotencyKey, delivery.idempotency_key],
          [t.retryOf, delivery.retry_of],
          [t.again, delivery.retry === null ? null : t[`retry_${delivery.retry}`]],
          [t.retriedAs, delivery.sent_again?.delivery_id ?? delivery.retried_as],
          ...(delivery.sent_again === null ? [] : factsOfRetry(delivery.sent_again, t, formats)),
          [
            t.messageId,
            delivery.message_id === null ? null : (
              <Anchor component={Link} to={eventPath(delivery.message_id, null)}>
                {delivery.message_id}
              </Anchor>
            ),
          ],
        ]}
      />
      {answerBody === null || answerBody === '' ? null : <CopyText label={t.answerBody} text={answerBody} />}
      {retry === null || latest.retry !== 'possible' ? null : (
        <Group>
          <Button size="xs" variant="default" loading={busy} onClick={() => retry(latest.delivery_id)}>
            {t.retry}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** The result of the last time that a delivery was sent again. */
function factsOfRetry(
  { status, reason, attempts, response_status, ended_at }: SentAgain,
  t: (typeof destinationMessages)['en'],
  formats: Formats,
): readonly (readonly [string, string | null])[] {
  return [
    [t.againState, t[status]],
    [t.againReason, reason === '' ? null : reasonWords(reason, t)],
    [t.againAttempts, formats.count(attempts)],
    [t.againAnswer, response_status === null ? null : String(response_status)],
    [t.againEnded, ended_at === null ? null : formats.time(ended_at)],
  ];
}
