import '../explore/explore.css';
import { Button, Group } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { Empty } from '../elements/empty.tsx';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { RemoveButton } from '../elements/remove-button.tsx';
import {
  addExploration,
  type DashboardContent,
  deleteExploration,
  readExploration,
  type SavedDashboard,
} from '../explore/exploration-api.ts';
import { SegmentChoice } from '../explore/segment-choice.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { mayChange, useRight, useSession } from '../session/session.tsx';
import { EditDashboard } from './edit-dashboard.tsx';
import { dashboardMessages } from './messages.ts';
import { type ReadyDashboard, readyDashboards } from './ready-made.ts';
import { TileView } from './tile-view.tsx';

/** A dashboard: ready-made by its name, saved by its id. */
export function DashboardPage() {
  const { id = '' } = useParams();
  const { zone } = useFormats();
  const dashboards = useMemo(() => readyDashboards(zone.name), [zone]);
  const ready = dashboards.find((one) => one.id === id);
  return ready === undefined ? <Saved key={id} id={id} /> : <Ready key={id} ready={ready} />;
}

function Ready({ ready: { id, tiles, refresh_s } }: { readonly ready: ReadyDashboard }) {
  const t = useMessages(dashboardMessages);
  const content: DashboardContent = {
    tiles: tiles.map((tile) => ({ ...tile, title: t[tile.title] })),
    segment: null,
    refresh_s,
  };
  return <Board name={t[id]} note={t[`${id}Note`]} content={content} saved={null} edit={null} />;
}

function Saved({ id }: { readonly id: string }) {
  const api = useApi();
  const [editing, setEditing] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['exploration', 'dashboards', id],
    queryFn: ({ signal }) => readExploration(api, 'dashboards', id, signal),
  });
  if (data === undefined) return error === null ? <Loading /> : <Fault error={error} retry={() => void refetch()} />;
  if (editing) return <EditDashboard saved={data} done={() => setEditing(false)} />;
  return <Board name={data.name} note={null} content={data.content} saved={data} edit={() => setEditing(true)} />;
}

interface BoardProps {
  readonly name: string;
  readonly note: string | null;
  readonly content: DashboardContent;
  /** Null: a ready-made one. */
  readonly saved: SavedDashboard | null;
  readonly edit: (() => void) | null;
}

function Board({ name, note, content, saved, edit }: BoardProps) {
  const t = useMessages(dashboardMessages);
  const maySave = useRight('explore:write');
  const canChange = mayChange(useSession(), saved?.owner ?? null) && saved !== null;
  // Looking at another segment changes nothing of what is saved.
  const [segment, setSegment] = useState(content.segment);
  return (
    <>
      <PageTitle title={name} note={note ?? saved?.owner ?? undefined}>
        {canChange && edit !== null ? <Button onClick={edit}>{t.edit}</Button> : null}
        {maySave ? <Copy name={name} content={content} /> : null}
        {canChange ? <Remove dashboard={saved} /> : null}
      </PageTitle>
      <Group mb="md">
        <SegmentChoice label={t.segment} value={segment} onChange={setSegment} />
      </Group>
      {content.tiles.length === 0 ? <Empty title={t.empty}>{t.emptyHelp}</Empty> : null}
      <div className="dashboard">
        {content.tiles.map((tile, index) => (
          <TileView key={index} tile={tile} segment={segment} refresh_s={content.refresh_s} />
        ))}
      </div>
    </>
  );
}

function Copy({ name, content }: { readonly name: string; readonly content: DashboardContent }) {
  const t = useMessages(dashboardMessages);
  const api = useApi();
  const navigate = useNavigate();
  const copy = useMutation({
    mutationFn: () => {
      const tiles = content.tiles.map(({ title, sql, view, width }) => ({ title, sql, view, width }));
      return addExploration(api, 'dashboards', { name, shared: false, content: { ...content, tiles } });
    },
    onSuccess: (made) => navigate(pathOf`/dashboards/${made.id}`),
  });
  return (
    <>
      <Button variant="default" loading={copy.isPending} onClick={() => copy.mutate()}>
        {t.copy}
      </Button>
      {copy.error === null ? null : <Fault error={copy.error} />}
    </>
  );
}

function Remove({ dashboard: { id, name } }: { readonly dashboard: SavedDashboard }) {
  const t = useMessages(dashboardMessages);
  const api = useApi();
  return (
    <RemoveButton
      label={t.remove}
      title={t.removeTitle}
      list={['explorations', 'dashboards']}
      leave={{ to: '/dashboards', item: ['exploration', 'dashboards', id] }}
      remove={() => deleteExploration(api, 'dashboards', id)}
    >
      {t.removeText(name)}
    </RemoveButton>
  );
}
