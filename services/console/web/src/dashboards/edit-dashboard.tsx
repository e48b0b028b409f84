import { Button, Checkbox, Group, NativeSelect, Paper, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { CopyText } from '../elements/copy-text.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import {
  changeExploration,
  type DashboardContent,
  type SavedDashboard,
  type Tile,
  VIEWS,
} from '../explore/exploration-api.ts';
import { exploreMessages } from '../explore/messages.ts';
import { SegmentChoice } from '../explore/segment-choice.tsx';
import { useMessages } from '../language/language.tsx';
import { dashboardMessages } from './messages.ts';

const REFRESHES_S = [10, 15, 30, 60, 300, 900, 3600] as const;
const NAME_CHARACTERS = 200;

/** Name, sharing, interval and tiles of a dashboard of one's own. */
export function EditDashboard({ saved, done }: { readonly saved: SavedDashboard; readonly done: () => void }) {
  const t = useMessages(dashboardMessages);
  const api = useApi();
  const queries = useQueryClient();
  const { draft, change, changed } = useDraft({ name: saved.name, shared: saved.shared, content: saved.content });
  const { content } = draft;
  const name = draft.name.trim();
  const save = useMutation({
    mutationFn: () => changeExploration(api, 'dashboards', saved, { ...draft, name }),
    onSuccess: (made) => {
      queries.setQueryData(['exploration', 'dashboards', made.id], made);
      done();
    },
  });
  const changeContent = (part: Partial<DashboardContent>) => change({ content: { ...content, ...part } });
  const intervals = [...new Set([...REFRESHES_S, content.refresh_s])].sort((a, b) => a - b);
  return (
    <>
      <PageTitle title={saved.name} />
      <ResourceForm
        action={t.done}
        busy={save.isPending}
        error={save.error}
        changed={changed}
        cancel={done}
        submit={() => {
          if (name !== '' && content.tiles.every(({ title }) => title.trim() !== '')) save.mutate();
        }}
      >
        {(asked) => (
          <>
            <Group align="flex-start">
              <TextInput
                label={t.name}
                value={draft.name}
                maxLength={NAME_CHARACTERS}
                onChange={(event) => change({ name: event.currentTarget.value })}
                error={asked && name === '' ? t.nameWrong : undefined}
              />
              <NativeSelect
                label={t.refresh}
                value={String(content.refresh_s)}
                onChange={(event) => changeContent({ refresh_s: Number(event.currentTarget.value) })}
                data={intervals.map((seconds) => ({
                  value: String(seconds),
                  label: seconds < 60 ? t.seconds(seconds) : t.minutes(seconds / 60),
                }))}
              />
              <SegmentChoice
                label={t.segment}
                value={content.segment}
                onChange={(segment) => changeContent({ segment })}
              />
            </Group>
            <Checkbox
              label={t.share}
              checked={draft.shared}
              onChange={(event) => change({ shared: event.currentTarget.checked })}
            />
            <CopyText label={t.address} text={`${window.location.origin}${pathOf`/dashboards/${saved.id}`}`} />
            <Tiles tiles={content.tiles} asked={asked} onChange={(tiles) => changeContent({ tiles })} />
          </>
        )}
      </ResourceForm>
    </>
  );
}

interface TilesProps {
  readonly tiles: readonly Tile[];
  readonly asked: boolean;
  onChange(tiles: readonly Tile[]): void;
}

function Tiles({ tiles, asked, onChange }: TilesProps) {
  return tiles.map((tile, index) => (
    <TileFields
      key={index}
      tile={tile}
      asked={asked}
      onChange={(changed) => onChange(tiles.with(index, changed))}
      remove={() => onChange(tiles.toSpliced(index, 1))}
      up={index === 0 ? null : () => onChange(movedTile(tiles, index, index - 1))}
      down={index === tiles.length - 1 ? null : () => onChange(movedTile(tiles, index, index + 1))}
    />
  ));
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

/** A list with one of its items at another place; the others keep their order. */
export function movedTile<T>(tiles: readonly T[], from: number, to: number): readonly T[] {
  const moved = tiles[from];
  return moved === undefined ? tiles : tiles.toSpliced(from, 1).toSpliced(to, 0, moved);
}
