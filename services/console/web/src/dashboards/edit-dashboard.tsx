import { Button, Checkbox, Group, NativeSelect, Paper, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { CopyText } from '../elements/copy-text.tsx';
import { Fault } from '../elements/fault.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { changeExploration, type SavedDashboard, type Tile, VIEWS } from '../explore/exploration-api.ts';
import { exploreMessages } from '../explore/messages.ts';
import { SegmentChoice } from '../explore/segment-choice.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { movedTile } from './moved-tile.ts';
import { dashboardMessages } from './messages.ts';

const REFRESHES_S = [10, 15, 30, 60, 300, 900, 3600] as const;
const NAME_CHARACTERS = 200;

/** Name, sharing, interval and tiles of a dashboard of one's own. */
export function EditDashboard({ saved, done }: { readonly saved: SavedDashboard; readonly done: () => void }) {
  const t = useMessages(dashboardMessages);
  const formats = useFormats();
  const api = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState(saved.name);
  const [shared, setShared] = useState(saved.shared);
  const [content, setContent] = useState(saved.content);
  const [asked, setAsked] = useState(false);
  const save = useMutation({
    mutationFn: () => changeExploration(api, 'dashboards', saved, { name: name.trim(), shared, content }),
    onSuccess: (made) => {
      queries.setQueryData(['exploration', 'dashboards', made.id], made);
      done();
    },
  });
  const has_names = name.trim() !== '' && content.tiles.every(({ title }) => title.trim() !== '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (has_names) save.mutate();
  };
  const setTiles = (tiles: readonly Tile[]) => setContent({ ...content, tiles });
  const intervals = [...new Set([...REFRESHES_S, content.refreshSeconds])].sort((a, b) => a - b);
  return (
    <form onSubmit={submit} noValidate>
      <PageTitle title={saved.name} />
      <Stack gap="md">
        {save.error === null ? null : <Fault error={save.error} />}
        <Group align="flex-start">
          <TextInput
            label={t.name}
            value={name}
            maxLength={NAME_CHARACTERS}
            onChange={(event) => setName(event.currentTarget.value)}
            error={asked && name.trim() === '' ? t.nameWrong : undefined}
          />
          <NativeSelect
            label={t.refresh}
            value={String(content.refreshSeconds)}
            onChange={(event) => setContent({ ...content, refreshSeconds: Number(event.currentTarget.value) })}
            data={intervals.map((seconds) => ({
              value: String(seconds),
              label:
                seconds < 60
                  ? t.seconds(formats.count(seconds))
                  : t.minutes(formats.count(seconds / 60), formats.plural(seconds / 60)),
            }))}
          />
          <SegmentChoice value={content.segment} onChange={(segment) => setContent({ ...content, segment })} />
        </Group>
        <Checkbox label={t.share} checked={shared} onChange={(event) => setShared(event.currentTarget.checked)} />
        <CopyText label={t.address} text={`${window.location.origin}${pathOf`/dashboards/${saved.id}`}`} />
        {content.tiles.map((tile, index) => (
          <TileFields
            key={index}
            tile={tile}
            asked={asked}
            onChange={(changed) => setTiles(content.tiles.with(index, changed))}
            remove={() => setTiles(content.tiles.toSpliced(index, 1))}
            up={index === 0 ? null : () => setTiles(movedTile(content.tiles, index, index - 1))}
            down={
              index === content.tiles.length - 1 ? null : () => setTiles(movedTile(content.tiles, index, index + 1))
            }
          />
        ))}
        <Group>
          <Button type="submit" loading={save.isPending}>
            {t.done}
          </Button>
          <Button variant="default" onClick={done}>
            {t.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface TileFieldsProps {
  readonly tile: Tile;
  readonly asked: boolean;
  onChange(tile: Tile): void;
  remove(): void;
  /** Null: it is at that end. */
  readonly up: (() => void) | null;
  readonly down: (() => void) | null;
}

function TileFields({ tile, asked, onChange, remove, up, down }: TileFieldsProps) {
  const t = useMessages(dashboardMessages);
  const explore = useMessages(exploreMessages);
  return (
    <Paper withBorder p="md" component="fieldset" aria-label={t.tile(tile.title)}>
      <Group align="flex-end" gap="sm">
        <TextInput
          label={t.tileTitle}
          value={tile.title}
          maxLength={NAME_CHARACTERS}
          onChange={(event) => onChange({ ...tile, title: event.currentTarget.value })}
          error={asked && tile.title.trim() === '' ? t.nameWrong : undefined}
        />
        <NativeSelect
          label={t.view}
          value={tile.view}
          onChange={(event) =>
            onChange({ ...tile, view: VIEWS.find((one) => one === event.currentTarget.value) ?? tile.view })
          }
          data={VIEWS.map((value) => ({ value, label: explore[value] }))}
        />
        <NativeSelect
          label={t.width}
          value={String(tile.width)}
          onChange={(event) => onChange({ ...tile, width: event.currentTarget.value === '2' ? 2 : 1 })}
          data={[
            { value: '1', label: t.half },
            { value: '2', label: t.full },
          ]}
        />
        <Button variant="default" disabled={up === null} onClick={() => up?.()}>
          {t.up}
        </Button>
        <Button variant="default" disabled={down === null} onClick={() => down?.()}>
          {t.down}
        </Button>
        <Button variant="default" onClick={remove}>
          {t.removeTile}
        </Button>
      </Group>
    </Paper>
  );
}
