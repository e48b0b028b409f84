import { Button, Checkbox, Group, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import { CopyText } from '../elements/copy-text.tsx';
import { Facts } from '../elements/facts.tsx';
import { Fault } from '../elements/fault.tsx';
import { type Column, ListTable } from '../elements/list-table.tsx';
import { Loading } from '../elements/loading.tsx';
import { OutcomeTally } from '../elements/outcome-tally.tsx';
import { SelectionBar } from '../elements/selection-bar.tsx';
import { type Selection, withId } from '../elements/selection.ts';
import { type Mood, StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import {
  type DeadLetter,
  readDeadLetters,
  REPLAYED_AT_ONCE,
  type ReplayStanding,
  replayDeadLetters,
} from './dead-letter-api.ts';
import { rejectedMessages } from './messages.ts';

const WHILE_WAITING_MS = 2_000;

const idOf = ({ partition, offset }: Pick<DeadLetter, 'partition' | 'offset'>) => `${partition}-${offset}`;

/** A stage's latest dead letters, and their replay. */
export function StageDeadLetters({ stage }: { readonly stage: string }) {
  const t = useMessages(rejectedMessages);
  const api = useApi();
  const mayReplay = useRight('history:write');
  const [selection, setSelection] = useState<Selection>(new Set());
  const replay = useReplay(stage, (sent) =>
    setSelection((before) => sent.reduce((left, deadLetter) => withId(left, idOf(deadLetter), false), before)),
  );
  const { data, error, refetch } = useQuery({
    queryKey: ['dead-letters', stage],
    queryFn: ({ signal }) => readDeadLetters(api, stage, signal),
    refetchInterval: ({ state }) =>
      state.data?.some((deadLetter) => deadLetter.replay === 'waiting') === true ? WHILE_WAITING_MS : false,
  });
  if (data === undefined) return error === null ? <Loading /> : <Fault error={error} retry={() => void refetch()} />;
  const possible = data.filter((deadLetter) => deadLetter.replay === 'possible');
  return (
    <>
      {mayReplay && possible.length > 0 ? (
        <SelectionBar
          help={t.deadLetterReplayHelp}
          all={t.selectPage}
          action={t.replaySelected}
          ids={possible.map(idOf)}
          selection={selection}
          busy={replay.isPending}
          select={setSelection}
          act={(chosen) => {
            const sent = possible.filter((deadLetter) => chosen.includes(idOf(deadLetter)));
            replay.mutate(sent.slice(0, REPLAYED_AT_ONCE));
          }}
        />
      ) : null}
      {replay.error === null ? null : <Fault error={replay.error} />}
      {replay.data === undefined ? null : (
        <OutcomeTally
          outcomes={replay.data}
          good={['sent', 'replayed_before']}
          words={(state, count) => t[`letter_tally_${state}`](count)}
        />
      )}
      <DeadLetterTable
        deadLetters={data}
        replay={mayReplay ? (deadLetter) => replay.mutate([deadLetter]) : null}
        busy={replay.isPending}
        selection={selection}
        select={(id, isIn) => setSelection(withId(selection, id, isIn))}
      />
    </>
  );
}

function useReplay(stage: string, done: (sent: readonly DeadLetter[]) => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (deadLetters: readonly DeadLetter[]) => replayDeadLetters(api, stage, deadLetters),
    onSuccess: async (_outcomes, deadLetters) => {
      done(deadLetters);
      await queries.invalidateQueries({ queryKey: ['dead-letters'] });
    },
  });
}

interface DeadLetterTableProps {
  readonly deadLetters: readonly DeadLetter[];
  /** Null for who may not. */
  readonly replay: ((deadLetter: DeadLetter) => void) | null;
  readonly busy: boolean;
  readonly selection: Selection;
  select(id: string, isIn: boolean): void;
}

function DeadLetterTable({ deadLetters, replay, busy, selection, select }: DeadLetterTableProps) {
  const t = useMessages(rejectedMessages);
  const formats = useFormats();
  const columns: readonly Column<DeadLetter>[] = [
    { key: 'time', label: t.failed, cell: ({ failed_at }) => (failed_at === null ? '–' : formats.time(failed_at)) },
    { key: 'reason', label: t.reason, cell: ({ reason }) => reason },
    { key: 'from', label: t.cameFrom, cell: placeOf },
    { key: 'replay', label: t.outcome, cell: (deadLetter) => <Standing of={deadLetter.replay} /> },
  ];
  const chooser: Column<DeadLetter> = {
    key: 'select',
    label: t.selected,
    cell: (deadLetter) => (
      <Checkbox
        aria-label={t.select(idOf(deadLetter))}
        disabled={deadLetter.replay !== 'possible'}
        checked={selection.has(idOf(deadLetter))}
        onChange={(event) => select(idOf(deadLetter), event.currentTarget.checked)}
      />
    ),
  };
  return (
    <ListTable
      caption={t.deadLatest}
      items={deadLetters}
      keyOf={(deadLetter) => idOf(deadLetter)}
      columns={replay === null ? columns : [chooser, ...columns]}
      details={(deadLetter) => <DeadLetterDetails deadLetter={deadLetter} busy={busy} replay={replay} />}
    />
  );
}

const MOODS: Readonly<Record<ReplayStanding, Mood>> = {
  possible: 'idle',
  waiting: 'waiting',
  processed: 'good',
  set_aside_again: 'bad',
  processed_in_part: 'idle',
  not_replayable: 'idle',
};

function Standing({ of }: { readonly of: ReplayStanding }) {
  const t = useMessages(rejectedMessages);
  return of === 'possible' ? '–' : <StateMark mood={MOODS[of]}>{t[`letter_${of}`]}</StateMark>;
}

function placeOf({ source_topic, source_partition, source_offset }: DeadLetter): string {
  return source_topic === null ? '–' : `${source_topic}/${source_partition ?? '?'}/${source_offset ?? '?'}`;
}

interface DeadLetterProps {
  readonly deadLetter: DeadLetter;
  readonly busy: boolean;
  /** Null for who may not. */
  readonly replay: ((deadLetter: DeadLetter) => void) | null;
}

function DeadLetterDetails({ deadLetter, busy, replay }: DeadLetterProps) {
  const t = useMessages(rejectedMessages);
  const formats = useFormats();
  const { message, key, value, value_encoding, value_bytes, build, replayed_at } = deadLetter;
  return (
    <Stack gap="sm">
      <Facts
        of={[
          [t.message, message],
          [t.recordKey, key],
          [t.length, formats.bytes(value_bytes)],
          [t.build, build],
          [t.deadLetterReplayedAt, replayed_at === null ? null : formats.time(replayed_at)],
        ]}
      />
      {value === null || value === '' ? null : (
        <CopyText label={value_encoding === 'base64' ? t.originalBase64 : t.original} text={value} />
      )}
      {replay === null || deadLetter.replay !== 'possible' ? null : (
        <Group>
          <Button size="xs" variant="default" loading={busy} onClick={() => replay(deadLetter)}>
            {t.replay}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
