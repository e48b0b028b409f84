import { Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { Confirm } from '../elements/confirm.tsx';
import { Fault } from '../elements/fault.tsx';
import { type Column, ListTable } from '../elements/list-table.tsx';
import { Loading } from '../elements/loading.tsx';
import { Section } from '../elements/section.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useStageName } from '../elements/stage-name.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import { operationsMessages } from './messages.ts';
import {
  type Origin,
  readWaitingExits,
  releaseOrigin,
  waitedSeconds,
  type WaitingExits,
  withOrigin,
} from './time-api.ts';

const EVERY_MS = 5_000;
const EXITS = ['waiting-exits'] as const;

/** How many people wait to leave by time, for how long, and for which partitions. */
export function Exits() {
  const t = useMessages(operationsMessages);
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: EXITS,
    queryFn: ({ signal }) => readWaitingExits(api, signal),
    refetchInterval: EVERY_MS,
  });
  return (
    <Section title={t.exits}>
      <Text c="dimmed" size="sm" mb="sm">
        {t.exitsNote}
      </Text>
      {data !== undefined ? (
        <Waiting exits={data} />
      ) : error === null ? (
        <Loading />
      ) : (
        <Fault error={error} retry={() => void refetch()} />
      )}
    </Section>
  );
}

function Waiting({ exits }: { readonly exits: WaitingExits }) {
  const t = useMessages(operationsMessages);
  const formats = useFormats();
  const { people, more, origins } = exits;
  const waited = formats.duration(waitedSeconds(exits, Date.now()));
  return (
    <>
      <Text mb="sm" component="div">
        <StateMark mood={people === 0 ? 'good' : 'waiting'}>
          {people === 0 ? t.nobodyWaits : more ? t.morePeopleWait(people, waited) : t.peopleWait(people, waited)}
        </StateMark>
      </Text>
      {origins.length > 0 ? <Origins origins={origins} /> : null}
      {origins.length === 0 && people > 0 ? <Text>{t.noOrigin}</Text> : null}
    </>
  );
}

function Origins({ origins }: Pick<WaitingExits, 'origins'>) {
  const t = useMessages(operationsMessages);
  const formats = useFormats();
  const nameOf = useStageName();
  const mayRelease = useRight('pipeline:write');
  const columns: readonly Column<Origin>[] = [
    { key: 'stage', label: t.stage, cell: ({ stage }) => nameOf(stage) },
    { key: 'partition', label: t.partition, align: 'end', cell: ({ partition }) => String(partition) },
    {
      key: 'behind',
      label: t.behind,
      align: 'end',
      cell: ({ behind_s }) => (behind_s === null ? t.neverSaid : formats.duration(behind_s)),
    },
    {
      key: 'state',
      label: t.state,
      cell: ({ released }) => (
        <StateMark mood={released ? 'idle' : 'waiting'}>{released ? t.leftOut : t.waitedFor}</StateMark>
      ),
    },
  ];
  const release: Column<Origin> = {
    key: 'release',
    label: t.stopWaiting,
    cell: (origin) => (origin.released ? '–' : <Release origin={origin} />),
  };
  return (
    <ListTable
      caption={t.exitsCaption}
      items={origins}
      keyOf={({ stage, partition }) => `${stage}/${partition}`}
      columns={mayRelease ? [...columns, release] : columns}
    />
  );
}

function Release({ origin }: { readonly origin: Origin }) {
  const t = useMessages(operationsMessages);
  const api = useApi();
  const queries = useQueryClient();
  const nameOf = useStageName();
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => releaseOrigin(api, origin),
    onSuccess: (now) =>
      queries.setQueryData<WaitingExits>(EXITS, (before) => (before === undefined ? before : withOrigin(before, now))),
  });
  return (
    <Confirm
      label={t.stopWaiting}
      title={t.stopWaitingFor(String(origin.partition), nameOf(origin.stage))}
      error={error}
      busy={isPending}
      size="xs"
      act={() => mutate()}
    >
      {t.stopWaitingHelp}
    </Confirm>
  );
}
