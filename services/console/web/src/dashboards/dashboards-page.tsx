import { Anchor, Button } from '@mantine/core';
import { Link } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { useList } from '../api/use-list.ts';
import { ListTable } from '../elements/list-table.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { ResourceList } from '../elements/resource-list.tsx';
import { Section } from '../elements/section.tsx';
import { readExplorations } from '../explore/exploration-api.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { dashboardMessages } from './messages.ts';
import { READY_DASHBOARD_IDS } from './ready-made.ts';

/** The ready-made dashboards, one's own, and those that others share. */
export function DashboardsPage() {
  const t = useMessages(dashboardMessages);
  const explore = (
    <Button component={Link} to="/explore">
      {t.toExplore}
    </Button>
  );
  return (
    <>
      <PageTitle title={t.title} note={t.note}>
        {explore}
      </PageTitle>
      <Section title={t.ready}>
        <ListTable
          caption={t.ready}
          items={READY_DASHBOARD_IDS}
          keyOf={(id) => id}
          columns={[
            {
              key: 'name',
              label: t.name,
              cell: (id) => (
                <Anchor component={Link} to={pathOf`/dashboards/${id}`} fw={600}>
                  {t[id]}
                </Anchor>
              ),
            },
            { key: 'about', label: t.about, cell: (id) => t[`${id}Note`] },
          ]}
        />
      </Section>
      <Section title={t.own}>
        <SavedDashboards />
      </Section>
    </>
  );
}

function SavedDashboards() {
  const t = useMessages(dashboardMessages);
  const formats = useFormats();
  const api = useApi();
  const list = useList({
    name: ['explorations', 'dashboards'],
    read: (cursor, signal) => readExplorations(api, 'dashboards', cursor, signal),
    textOf: ({ name, owner }) => `${name} ${owner ?? ''}`,
    sorts: {
      name: ({ name }) => name,
      owner: ({ owner }) => owner,
      changed: ({ updated_at }) => updated_at,
      tiles: ({ content }) => content.tiles.length,
    },
  });
  return (
    <ResourceList
      caption={t.caption}
      list={list}
      keyOf={({ id }) => id}
      create={null}
      empty={{ title: t.none, help: t.noneHelp }}
      columns={[
        {
          key: 'name',
          label: t.name,
          cell: ({ id, name }) => (
            <Anchor component={Link} to={pathOf`/dashboards/${id}`} fw={600}>
              {name}
            </Anchor>
          ),
        },
        { key: 'owner', label: t.owner, code: true, cell: ({ owner }) => owner ?? t.nobody },
        { key: 'shared', label: t.shared, cell: ({ shared }) => (shared ? t.yes : t.no) },
        { key: 'changed', label: t.changed, cell: ({ updated_at }) => formats.time(updated_at) },
        { key: 'tiles', label: t.tiles, align: 'end', cell: ({ content }) => formats.count(content.tiles.length) },
      ]}
    />
  );
}
