import { Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { useList } from '../api/use-list.ts';
import { nameColumn } from '../elements/resource-columns.tsx';
import { ResourceListPage } from '../elements/resource-list.tsx';
import { Sparkline } from '../elements/sparkline.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import { endingNow, readListSizes } from './list-sizes.ts';
import { segmentMessages } from './messages.ts';
import { readSegments } from './segment-api.ts';
import { useConditionWords } from './use-condition-words.ts';

const LINES_EVERY_MS = 30_000;

/** All segments with their sizes, now and over the last seven days. */
export function SegmentsPage() {
  const t = useMessages(segmentMessages);
  const formats = useFormats();
  const wordsOf = useConditionWords();
  const mayChange = useRight('segmentation:write');
  const api = useApi();
  const list = useList({
    name: ['segments'],
    read: (cursor, signal) => readSegments(api, cursor, signal),
    poll: 'watched',
    textOf: ({ key, name, condition }) => `${name} ${key} ${wordsOf(condition)}`,
    sorts: { name: ({ name }) => name, changed: ({ updated_at }) => updated_at, size: ({ members }) => members },
  });
  const keys = (list.pages.items ?? []).map(({ key }) => key);
  const lines = useQuery({
    queryKey: ['segment-lines', ...keys],
    queryFn: ({ signal }) => readListSizes(api, keys, signal),
    enabled: keys.length > 0,
    staleTime: LINES_EVERY_MS,
    refetchInterval: LINES_EVERY_MS,
    // A segment more or less: the lines of the others stay.
    placeholderData: keepPreviousData,
  });
  return (
    <ResourceListPage
      title={t.title}
      note={t.note}
      caption={t.caption}
      list={list}
      keyOf={({ key }) => key}
      create={mayChange ? { label: t.create, to: '/segments/new' } : null}
      empty={{ title: t.none, help: mayChange ? t.noneHelp : t.noneViewer }}
      columns={[
        nameColumn(t.name, ({ key }) => pathOf`/segments/${key}`),
        { key: 'condition', label: t.condition, cell: ({ condition }) => <Text size="sm">{wordsOf(condition)}</Text> },
        { key: 'changed', label: t.changed, cell: ({ updated_at }) => formats.time(updated_at) },
        { key: 'size', label: t.size, align: 'end', cell: ({ members }) => formats.count(members) },
        {
          key: 'week',
          label: t.lastWeek,
          align: 'end',
          cell: ({ key, members }) => <SizeLine sizes={lines.data?.get(key)} members={members} />,
        },
      ]}
    >
      {lines.error === null ? null : (
        <Text c="dimmed" size="sm" mt="sm" role="status">
          {t.noLines}
        </Text>
      )}
    </ResourceListPage>
  );
}

interface SizeLineProps {
  /** Oldest first; undefined if unknown. */
  readonly sizes: readonly number[] | undefined;
  readonly members: number;
}

/** A segment's size over the last seven days as a small line; a dash if history does not have it. */
function SizeLine({ sizes, members }: SizeLineProps) {
  const t = useMessages(segmentMessages);
  const { count } = useFormats();
  if (sizes === undefined) return '–';
  const values = endingNow(sizes, members);
  const most = values.reduce((highest, value) => Math.max(highest, value), 0);
  return <Sparkline values={values} label={t.sizeLine(count(members), count(most))} />;
}
