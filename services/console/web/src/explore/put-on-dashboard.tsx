import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { type Api, pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { Choice } from '../elements/choice.tsx';
import { Fault } from '../elements/fault.tsx';
import { elementMessages } from '../elements/messages.ts';
import { useMessages } from '../language/language.tsx';
import { mayChange, useSession } from '../session/session.tsx';
import {
  addExploration,
  changeExploration,
  type QueryContent,
  readExplorations,
  type SavedDashboard,
  type Tile,
  TILES_AT_MOST,
} from './exploration-api.ts';
import { exploreMessages } from './messages.ts';

interface PutOnDashboardProps {
  readonly content: QueryContent;
  /** For which segment a new dashboard is; null: for everyone. */
  readonly segment: string | null;
}

const DASHBOARDS_AT_MOST = 100;
const REFRESH_S = 30;
const TITLE_CHARACTERS = 200;

/** Makes a tile of a statement: on a dashboard of one's own, or on a new one. */
export function PutOnDashboard({ content, segment }: PutOnDashboardProps) {
  const t = useMessages(exploreMessages);
  const elements = useMessages(elementMessages);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t.onDashboard}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t.onDashboard}
        closeButtonProps={{ 'aria-label': elements.close }}
      >
        <PutForm content={content} segment={segment} close={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function PutForm({ content, segment, close }: PutOnDashboardProps & { readonly close: () => void }) {
  const t = useMessages(exploreMessages);
  const elements = useMessages(elementMessages);
  const dashboards = useOwnDashboards();
  const [id, setId] = useState('');
  const [title, setTitle] = useState('');
  const [asked, setAsked] = useState(false);
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const put = useMutation({
    mutationFn: (tile: Tile) => putTile(api, tile, dashboards.find((one) => one.id === id) ?? null, segment),
    onSuccess: async (made) => {
      queries.setQueryData(['exploration', 'dashboards', made.id], made);
      await navigate(pathOf`/dashboards/${made.id}`);
    },
  });
  const name = title.trim();
  const act = () => {
    setAsked(true);
    if (name !== '') put.mutate({ title: name, ...content, width: content.view === 'number' ? 1 : 2 });
  };
  return (
    <Stack gap="md">
      {put.error === null ? null : <Fault error={put.error} />}
      <Choice
        label={t.dashboard}
        value={id}
        onChange={setId}
        options={[
          { value: '', label: t.newDashboard },
          ...dashboards.map((one) => ({ value: one.id, label: one.name })),
        ]}
      />
      <TextInput
        label={t.tileTitle}
        value={title}
        maxLength={TITLE_CHARACTERS}
        onChange={(event) => setTitle(event.currentTarget.value)}
        error={asked && name === '' ? t.nameWrong : undefined}
        data-autofocus
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {elements.cancel}
        </Button>
        <Button loading={put.isPending} onClick={act}>
          {t.put}
        </Button>
      </Group>
    </Stack>
  );
}

/** Dashboards with room that the person may change. */
function useOwnDashboards(): readonly SavedDashboard[] {
  const api = useApi();
  const session = useSession();
  const { data } = useQuery({
    queryKey: ['explorations', 'dashboards', 'own'],
    queryFn: ({ signal }) => readExplorations(api, 'dashboards', null, signal, DASHBOARDS_AT_MOST),
  });
  return (data?.items ?? []).filter(
    ({ owner, content }) => content.tiles.length < TILES_AT_MOST && mayChange(session, owner),
  );
}

function putTile(
  api: Api,
  tile: Tile,
  dashboard: SavedDashboard | null,
  segment: string | null,
): Promise<SavedDashboard> {
  if (dashboard === null) {
    const content = { tiles: [tile], segment, refresh_s: REFRESH_S };
    return addExploration(api, 'dashboards', { name: tile.title, shared: false, content });
  }
  const content = { ...dashboard.content, tiles: [...dashboard.content.tiles, tile] };
  return changeExploration(api, 'dashboards', dashboard, { ...dashboard, content });
}
