import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { polling } from '../api/polling.ts';
import { Fault } from '../elements/fault.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { Loading } from '../elements/loading.tsx';
import { useStageName } from '../elements/stage-name.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { readDeadLetterCounts } from './dead-letter-api.ts';
import { rejectedMessages } from './messages.ts';
import { StageDeadLetters } from './stage-dead-letters.tsx';

/** Dead letters, stage by stage; a stage's latest are read on request. */
export function DeadLetters() {
  const t = useMessages(rejectedMessages);
  const formats = useFormats();
  const api = useApi();
  const nameOf = useStageName();
  const { data, error, refetch } = useQuery({
    queryKey: ['dead-letters'],
    queryFn: ({ signal }) => readDeadLetterCounts(api, signal),
    refetchInterval: polling('followed'),
  });
  if (data === undefined) return error === null ? <Loading /> : <Fault error={error} retry={() => void refetch()} />;
  const found = data.filter(({ count }) => count > 0);
  return (
    <>
      <Text size="sm" c="dimmed" mb="md">
        {t.deadNote}
      </Text>
      {found.length === 0 ? (
        <Text size="sm">{t.noDead}</Text>
      ) : (
        <ListTable
          caption={t.deadCaption}
          items={found}
          keyOf={({ stage }) => stage}
          columns={[
            { key: 'stage', label: t.stage, cell: ({ stage }) => nameOf(stage) },
            { key: 'topic', label: t.topic, cell: ({ topic }) => topic },
            { key: 'count', label: t.count, align: 'end', cell: ({ count }) => formats.count(count) },
          ]}
          details={({ stage }) => <StageDeadLetters stage={stage} />}
        />
      )}
    </>
  );
}
