import { Button, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { usePages } from '../api/use-pages.ts';
import { CopyText } from '../elements/copy-text.tsx';
import { Empty } from '../elements/empty.tsx';
import { Facts } from '../elements/facts.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { PagedList } from '../elements/paged-list.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { rejectionWords, sourceMessages } from './messages.ts';
import { readRejected, type Rejection } from './source-api.ts';

/** The latest events that broke a rule. */
export function Component() {
  const t = useMessages(sourceMessages);
  const formats = useFormats();
  const api = useApi();
  const pages = usePages({
    name: ['rejected'],
    read: (cursor, signal) => readRejected(api, cursor, signal),
    every_ms: 2_000,
  });
  const to_sources = (
    <Button variant="default" component={Link} to="/sources">
      {t.toSources}
    </Button>
  );
  return (
    <>
      <PageTitle title={t.rejectedTitle} note={t.rejectedNote} />
      <PagedList
        pages={pages}
        by_time
        empty={
          <Empty title={t.noRejected} action={to_sources}>
            {t.noRejectedHelp}
          </Empty>
        }
      >
        {(items) => (
          <ListTable
            caption={t.rejectedCaption}
            items={items}
            keyOf={({ rejectionId }) => rejectionId}
            columns={[
              { key: 'time', label: t.time, cell: ({ receivedAt }) => formats.time(receivedAt) },
              {
                key: 'source',
                label: t.source,
                cell: ({ source }) => (source === '' ? t.unknownSource : source),
              },
              { key: 'type', label: t.type, cell: ({ type }) => type ?? '–' },
              {
                key: 'reason',
                label: t.reason,
                cell: ({ reason }) => (
                  <span>
                    {reason}
                    <Text size="sm" c="dimmed" span display="block">
                      {rejectionWords(reason, t)}
                    </Text>
                  </span>
                ),
              },
            ]}
            details={(rejection) => <RejectionDetails rejection={rejection} />}
          />
        )}
      </PagedList>
    </>
  );
}

function RejectionDetails({ rejection }: { readonly rejection: Rejection }) {
  const t = useMessages(sourceMessages);
  const { message, field, messageId, via, original } = rejection;
  return (
    <Stack gap="sm">
      <Facts
        of={[
          [t.message, message],
          [t.field, field],
          [t.messageId, messageId],
          [t.via, via === 'http' ? 'HTTP' : 'Kafka'],
        ]}
      />
      {original === null || original === '' ? (
        <Text size="sm" c="dimmed">
          {t.noOriginal}
        </Text>
      ) : (
        <CopyText label={t.original} text={original} />
      )}
    </Stack>
  );
}
