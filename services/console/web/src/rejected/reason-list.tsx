import { Button, Text } from '@mantine/core';
import { ListTable } from '../elements/list-table.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { rejectedMessages, rejectionWords } from './messages.ts';
import type { ReasonCount } from './rejected-api.ts';

interface ReasonListProps {
  readonly counts: readonly ReasonCount[];
  choose(reason: string): void;
}

/** Why events were rejected lately; choosing a reason lists its events. */
export function ReasonList({ counts, choose }: ReasonListProps) {
  const t = useMessages(rejectedMessages);
  const formats = useFormats();
  return (
    <ListTable
      caption={t.reasonsCaption}
      items={counts}
      keyOf={({ reason }) => reason}
      columns={[
        {
          key: 'reason',
          label: t.reason,
          cell: ({ reason }) => (
            <span>
              <Button
                variant="subtle"
                size="compact-sm"
                aria-label={t.chooseReason(reason)}
                onClick={() => choose(reason)}
              >
                {reason}
              </Button>
              <Text size="sm" c="dimmed" span display="block">
                {rejectionWords(reason, t)}
              </Text>
            </span>
          ),
        },
        { key: 'count', label: t.count, align: 'end', cell: ({ count }) => formats.count(count) },
        { key: 'latest', label: t.latest, cell: ({ latest_at }) => formats.time(latest_at) },
      ]}
    />
  );
}
