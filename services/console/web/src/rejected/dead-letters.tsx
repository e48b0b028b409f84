import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { CopyText } from '../elements/copy-text.tsx';
import { Facts } from '../elements/facts.tsx';
import { Fault } from '../elements/fault.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { Loading } from '../elements/loading.tsx';
import { useStageName } from '../home/stage-name.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { type DeadLetter, readDeadLetterCounts, readDeadLetters } from './dead-letter-api.ts';
import { rejectedMessages } from './messages.ts';

const EVERY_MS = 10_000;

/** Records that stages set aside, stage by stage; the latest of a stage are read when asked for. */
export function DeadLetters() {
  const t = useMessages(rejectedMessages);
  const formats = useFormats();
  const api = useApi();
  const nameOf = useStageName();
  const { data, error, refetch } = useQuery({
    queryKey: ['dead-letters'],
    queryFn: ({ signal }) => readDeadLetterCounts(api, signal),
    refetchInterval: EVERY_MS,
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
          details={({ stage }) => <Latest stage={stage} />}
        />
      )}
    </>
  );
}

function Latest({ stage }: { readonly stage: string }) {
  const t = useMessages(rejectedMessages);
  const formats = useFormats();
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['dead-letters', stage],
    queryFn: ({ signal }) => readDeadLetters(api, stage, signal),
  });
  if (data === undefined) return error === null ? <Loading /> : <Fault error={error} retry={() => void refetch()} />;
  return (
    <ListTable
      caption={t.deadLatest}
      items={data}
      keyOf={({ partition, offset }) => `${partition}-${offset}`}
      columns={[
        { key: 'time', label: t.failed, cell: ({ failed_at }) => (failed_at === null ? '–' : formats.time(failed_at)) },
        { key: 'reason', label: t.reason, cell: ({ reason }) => reason },
        { key: 'from', label: t.cameFrom, cell: placeOf },
      ]}
      details={(letter) => <Letter letter={letter} />}
    />
  );
}

function placeOf({ source_topic, source_partition, source_offset }: DeadLetter): string {
  return source_topic === null ? '–' : `${source_topic}/${source_partition ?? '?'}/${source_offset ?? '?'}`;
}

function Letter({ letter }: { readonly letter: DeadLetter }) {
  const t = useMessages(rejectedMessages);
  const formats = useFormats();
  const { message, key, value, value_encoding, value_bytes, build } = letter;
  return (
    <>
      <Facts
        of={[
          [t.message, message],
          [t.recordKey, key],
          [t.length, formats.bytes(value_bytes)],
          [t.build, build],
        ]}
      />
      {value === null || value === '' ? null : (
        <CopyText label={value_encoding === 'base64' ? t.originalBase64 : t.original} text={value} />
      )}
    </>
  );
}
