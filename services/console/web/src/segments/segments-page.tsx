import { Anchor, Button, Text } from '@mantine/core';
import { Link } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { usePages } from '../api/use-pages.ts';
import { Empty } from '../elements/empty.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { PagedList } from '../elements/paged-list.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import { segmentMessages } from './messages.ts';
import { readSegments } from './segment-api.ts';
import { useConditionWords } from './use-condition-words.ts';

/** All segments with their sizes. */
export function Component() {
  const t = useMessages(segmentMessages);
  const formats = useFormats();
  const wordsOf = useConditionWords();
  const may_change = useRight('change-segments');
  const api = useApi();
  const pages = usePages({
    name: ['segments'],
    read: (cursor, signal) => readSegments(api, cursor, signal),
    every_ms: 2_000,
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
            ]}
          />
        )}
      </PagedList>
    </>
  );
}
