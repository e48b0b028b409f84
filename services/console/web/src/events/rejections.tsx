import { Anchor, Stack } from '@mantine/core';
import { Link } from 'react-router';
import { CopyText } from '../elements/copy-text.tsx';
import { Facts } from '../elements/facts.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import type { WayRejection } from './event-api.ts';
import { eventMessages } from './messages.ts';

/** Rejections and repeats of a messageId, the newest first. */
export function Rejections({ rejections }: { readonly rejections: readonly WayRejection[] }) {
  const t = useMessages(eventMessages);
  const formats = useFormats();
  return (
    <ListTable
      caption={t.rejectionsCaption}
      items={rejections}
      keyOf={({ rejection_id }) => rejection_id}
      columns={[
        {
          key: 'time',
          label: t.received,
          cell: ({ received_at }) => (received_at === null ? '–' : formats.time(received_at)),
        },
        { key: 'state', label: t.state, cell: ({ state }) => (state === 'duplicate' ? t.duplicate : t.rejected) },
        { key: 'reason', label: t.reason, cell: ({ reason }) => reason },
      ]}
      details={(rejection) => <RejectionDetails rejection={rejection} />}
    />
  );
}

function RejectionDetails({ rejection }: { readonly rejection: WayRejection }) {
  const t = useMessages(eventMessages);
  const { message, field, state, reason, original, original_encoding } = rejection;
  return (
    <Stack gap="sm" align="flex-start">
      <Facts
        of={[
          [t.whatIsWrong, message],
          [t.field, field],
        ]}
      />
      {original === null || original_encoding !== 'utf8' ? null : <CopyText label={t.original} text={original} />}
      {state === 'duplicate' ? null : (
        <Anchor component={Link} to={`/rejected?${new URLSearchParams({ reason }).toString()}`}>
          {t.toRejected}
        </Anchor>
      )}
    </Stack>
  );
}
