import { Anchor, Button, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { usePages } from '../api/use-pages.ts';
import { Empty } from '../elements/empty.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { PagedList } from '../elements/paged-list.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { MOVING_MS } from '../live/moving.ts';
import { useRight } from '../session/session.tsx';
import { readListSizes } from './list-sizes.ts';
import { segmentMessages } from './messages.ts';
import { readSegments } from './segment-api.ts';
import { SizeLine } from './size-line.tsx';
import { useConditionWords } from './use-condition-words.ts';

const LINES_EVERY_MS = 30_000;

/** All segments with their sizes, now and over the last seven days. */
export function Component() {
  const t = useMessages(segmentMessages);
  const formats = useFormats();
  const wordsOf = useConditionWords();
  const may_change = useRight('change-segments');
  const api = useApi();
  const pages = usePages({
    name: ['segments'],
    read: (cursor, signal) => readSegments(api, cursor, signal),
    every_ms: MOVING_MS,
  });
  const keys = (pages.items ?? []).map(({ key }) => key);
  const lines = useQuery({
    queryKey: ['segment-lines', ...keys],
    queryFn: ({ signal }) => readListSizes(api, keys, signal),
    enabled: keys.length > 0,
    staleTime: LINES_EVERY_MS,
    refetchInterval: LINES_EVERY_MS,
    // A segment more or less: the lines of the others stay.
    placeholderData: keepPreviousData,
  });
  const create = (
    <Button component={Link} to="/segments/new">
      {t.create}
    </Button>
  );
  return (
    <>
      <PageTitle title={t.title} note={t.note}>
        {may_change ? create : null}
      </PageTitle>
      <PagedList
        pages={pages}
        empty={
          <Empty title={t.none} action={may_change ? create : null}>
            {may_change ? t.noneHelp : t.noneViewer}
          </Empty>
        }
      >
        {(items) => (
          <ListTable
            caption={t.caption}
            items={items}
            keyOf={({ key }) => key}
            columns={[
              {
                key: 'name',
                label: t.name,
                cell: ({ key, name }) => (
                  <Anchor component={Link} to={pathOf`/segments/${key}`} fw={600}>
                    {name}
                  </Anchor>
                ),
              },
              {
                key: 'condition',
                label: t.condition,
                cell: ({ condition }) => <Text size="sm">{wordsOf(condition)}</Text>,
              },
              { key: 'changed', label: t.changed, cell: ({ updatedAt }) => formats.time(updatedAt) },
              { key: 'size', label: t.size, align: 'end', cell: ({ members }) => formats.count(members) },
              {
                key: 'week',
                label: t.lastWeek,
                align: 'end',
                cell: ({ key, members }) => <SizeLine sizes={lines.data?.get(key)} members={members} />,
              },
            ]}
          />
        )}
      </PagedList>
      {lines.error === null ? null : (
        <Text c="dimmed" size="sm" mt="sm" role="status">
          {t.noLines}
        </Text>
      )}
    </>
  );
}
