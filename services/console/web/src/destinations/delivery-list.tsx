import { Anchor, Button, Stack } from '@mantine/core';
import { Link } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { usePages } from '../api/use-pages.ts';
import { CopyText } from '../elements/copy-text.tsx';
import { Empty } from '../elements/empty.tsx';
import { Facts } from '../elements/facts.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { PagedList } from '../elements/paged-list.tsx';
import { type Mood, StateMark } from '../elements/state-mark.tsx';
import { eventPath } from '../events/event-api.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { MOVING_MS } from '../live/moving.ts';
import { type Delivery, type DeliveryFilter, type DeliveryState, readDeliveries } from './destination-api.ts';
import { destinationMessages, reasonWords } from './messages.ts';

const MOODS: Readonly<Record<DeliveryState, Mood>> = {
  queued: 'waiting',
  retrying: 'waiting',
  delivered: 'good',
  filtered: 'idle',
  failed: 'bad',
};

/** Deliveries that fit a filter, the newest first; the first page is kept up to date. */
export function DeliveryList({ filter }: { readonly filter: DeliveryFilter }) {
  const t = useMessages(destinationMessages);
  const formats = useFormats();
  const api = useApi();
  const pages = usePages({
    name: ['deliveries', filter.status, filter.destination, filter.profile],
    read: (cursor, signal) => readDeliveries(api, filter, cursor, signal),
    every_ms: MOVING_MS,
  });
  const to_destinations = (
    <Button variant="default" component={Link} to="/destinations">
      {t.toDestinations}
    </Button>
  );
  return (
    <PagedList
      pages={pages}
      by_time
      empty={
        <Empty title={t.noDeliveries} action={to_destinations}>
          {t.noDeliveriesHelp}
        </Empty>
      }
    >
      {(items) => (
        <ListTable
          caption={t.deliveriesCaption}
          items={items}
          keyOf={({ delivery_id }) => delivery_id}
          columns={[
            { key: 'time', label: t.time, cell: ({ created_at }) => formats.time(created_at) },
            {
              key: 'state',
              label: t.state,
              cell: ({ status }) => <StateMark mood={MOODS[status]}>{t[status]}</StateMark>,
            },
            {
              key: 'change',
              label: t.change,
              cell: ({ membership_status, segment }) => `${t[membership_status]} ${segment}`,
            },
            {
              key: 'who',
              label: t.who,
              cell: ({ profile_id }) => (
                <Anchor component={Link} to={pathOf`/profiles/profile_id:${profile_id}`}>
                  {profile_id}
                </Anchor>
              ),
            },
            { key: 'destination', label: t.destination, cell: ({ destination }) => destination },
          ]}
          details={(delivery) => <DeliveryDetails delivery={delivery} />}
        />
      )}
    </PagedList>
  );
}

function DeliveryDetails({ delivery }: { readonly delivery: Delivery }) {
  const t = useMessages(destinationMessages);
  const formats = useFormats();
  const { reason, attempts, response_status, response_body, next_attempt_at, ended_at } = delivery;
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
      {response_body === null || response_body === '' ? null : <CopyText label={t.answerBody} text={response_body} />}
    </Stack>
  );
}
