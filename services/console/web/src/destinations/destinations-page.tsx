import { Anchor, Button } from '@mantine/core';
import { Link } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { usePages } from '../api/use-pages.ts';
import { Empty } from '../elements/empty.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { PagedList } from '../elements/paged-list.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import { readDestinations } from './destination-api.ts';
import { destinationMessages } from './messages.ts';

/** All destinations. */
export function DestinationsPage() {
  const t = useMessages(destinationMessages);
  const formats = useFormats();
  const may_change = useRight('activation:write');
  const api = useApi();
  const pages = usePages({
    name: ['destinations'],
    read: (cursor, signal) => readDestinations(api, cursor, signal),
  });
  const add = (
    <Button component={Link} to="/destinations/new">
      {t.add}
    </Button>
  );
  return (
    <>
      <PageTitle title={t.title} note={t.note}>
        {may_change ? add : null}
      </PageTitle>
      <PagedList
        pages={pages}
        empty={
          <Empty title={t.none} action={may_change ? add : null}>
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
                  <Anchor component={Link} to={pathOf`/destinations/${key}`} fw={600}>
                    {name}
                  </Anchor>
                ),
              },
              { key: 'key', label: t.key, cell: ({ key }) => key },
              { key: 'url', label: t.url, cell: ({ url }) => url },
              {
                key: 'segments',
                label: t.segments,
                cell: ({ segments }) => (segments === 'all' ? t.allSegments : formats.list(segments)),
              },
              {
                key: 'state',
                label: t.state,
                cell: ({ enabled }) => (
                  <StateMark mood={enabled ? 'good' : 'idle'}>{enabled ? t.enabled : t.disabled}</StateMark>
                ),
              },
              { key: 'changed', label: t.changed, cell: ({ updated_at }) => formats.time(updated_at) },
            ]}
          />
        )}
      </PagedList>
    </>
  );
}
