import { Button, Checkbox, Group, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { polling, useStir } from '../api/polling.ts';
import { usePages } from '../api/use-pages.ts';
import { Choice } from '../elements/choice.tsx';
import { Empty } from '../elements/empty.tsx';
import { Fault } from '../elements/fault.tsx';
import { type Column, ListTable } from '../elements/list-table.tsx';
import { OutcomeTally } from '../elements/outcome-tally.tsx';
import { PagedList } from '../elements/paged-list.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { Section } from '../elements/section.tsx';
import { SelectionBar } from '../elements/selection-bar.tsx';
import { type Selection, withId } from '../elements/selection.ts';
import { StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { rejectedMessages, rejectionWords } from './messages.ts';
import { ReasonList } from './reason-list.tsx';
import {
  readReasons,
  readRejected,
  type Rejection,
  type RejectionFilter,
  type Replay,
  replayRejected,
} from './rejected-api.ts';
import { RejectionDetails, useOutcomeWords } from './rejection-details.tsx';

const REASONS = ['rejected', 'reasons'] as const;

/** The latest rejected events, and their replay. The filter is in the address. */
export function RejectedPage() {
  const t = useMessages(rejectedMessages);
  const api = useApi();
  const [parameters, setParameters] = useSearchParams();
  const filter: RejectionFilter = { reason: parameters.get('reason'), source: parameters.get('source') };
  const reasons = useQuery({
    queryKey: REASONS,
    queryFn: ({ signal }) => readReasons(api, signal),
    refetchInterval: polling('watched'),
  });
  // A rejection is counted at once: the list is read when there is another one.
  useStir(reasons.data, ['rejected']);
  const choose = (name: keyof RejectionFilter, value: string): void => {
    const next = new URLSearchParams(parameters);
    if (value === '') next.delete(name);
    else next.set(name, value);
    setParameters(next, { replace: true });
  };
  const counts = reasons.data ?? [];
  const codes = counts.map(({ reason }) => reason);
  const offered = filter.reason === null || codes.includes(filter.reason) ? codes : [filter.reason, ...codes];
  return (
    <>
      <PageTitle title={t.rejectedTitle} note={t.rejectedNote} />
      {counts.length === 0 ? null : (
        <Section title={t.reasons}>
          <ReasonList counts={counts} choose={(reason) => choose('reason', reason)} />
        </Section>
      )}
      <Section title={t.list}>
        <Group mb="md" align="flex-start">
          <Choice
            label={t.filterReason}
            value={filter.reason ?? ''}
            onChange={(reason) => choose('reason', reason)}
            options={[{ value: '', label: t.allReasons }, ...offered.map((code) => ({ value: code, label: code }))]}
          />
          <SourceField key={filter.source ?? ''} source={filter.source ?? ''} choose={(key) => choose('source', key)} />
        </Group>
        <RejectedList filter={filter} />
      </Section>
      <Section title={t.dead}>
        <DeadLetters />
      </Section>
    </>
  );
}

interface SourceFieldProps {
  readonly source: string;
  choose(source: string): void;
}

function SourceField({ source, choose }: SourceFieldProps) {
  const t = useMessages(rejectedMessages);
  const [typed, setTyped] = useState(source);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    choose(typed.trim());
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        label={t.filterSource}
        placeholder={t.any}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => choose(typed.trim())}
        maxLength={500}
        autoComplete="off"
        spellCheck={false}
      />
    </form>
  );
}

function RejectedList({ filter }: { readonly filter: RejectionFilter }) {
  const t = useMessages(rejectedMessages);
  const api = useApi();
  const mayReplay = useRight('ingestion:write');
  const [selection, setSelection] = useState<Selection>(new Set());
  const replay = useReplay(() => setSelection(new Set()));
  const pages = usePages({
    name: ['rejected', filter.reason, filter.source],
    read: (cursor, signal) => readRejected(api, filter, cursor, signal),
    poll: 'followed',
  });
  // What has scrolled off the page is not replayed unseen.
  const ids = (pages.items ?? []).map(({ rejection_id }) => rejection_id);
  const toSources = (
    <Button variant="default" component={Link} to="/sources">
      {t.toSources}
    </Button>
  );
  return (
    <>
      {mayReplay ? (
        <SelectionBar
          help={t.replayHelp}
          all={t.selectPage}
          action={t.replaySelected}
          ids={ids}
          selection={selection}
          busy={replay.isPending}
          select={setSelection}
          act={(chosen) => replay.mutate(chosen)}
        />
      ) : null}
      {replay.error === null ? null : <Fault error={replay.error} />}
      {replay.outcomes.size === 0 ? null : (
        <OutcomeTally
          outcomes={[...replay.outcomes.values()]}
          good={['accepted', 'duplicate', 'sent']}
          words={(state, count) => t[`tally_${state}`](count)}
        />
      )}
      <PagedList
        pages={pages}
        byTime
        empty={
          <Empty title={t.noRejected} action={toSources}>
            {t.noRejectedHelp}
          </Empty>
        }
      >
        {(items) => (
          <RejectedTable
            items={items}
            outcomes={replay.outcomes}
            replay={mayReplay ? (id) => replay.mutate([id]) : null}
            busy={replay.isPending}
            selection={selection}
            select={(id, isIn) => setSelection(withId(selection, id, isIn))}
          />
        )}
      </PagedList>
    </>
  );
}

function useReplay(done: () => void) {
  const api = useApi();
  const queries = useQueryClient();
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: (ids: readonly string[]) => replayRejected(api, ids),
    onSuccess: async () => {
      done();
      await queries.invalidateQueries({ queryKey: ['rejected'] });
    },
  });
  const outcomes: ReadonlyMap<string, Replay> = new Map((data ?? []).map((one) => [one.rejection_id, one]));
  return { mutate, isPending, error, outcomes };
}

interface RejectedTableProps {
  readonly items: readonly Rejection[];
  readonly outcomes: ReadonlyMap<string, Replay>;
  /** Null for who may not. */
  readonly replay: ((id: string) => void) | null;
  readonly busy: boolean;
  readonly selection: Selection;
  select(id: string, isIn: boolean): void;
}

function RejectedTable({ items, outcomes, replay, busy, selection, select }: RejectedTableProps) {
  const t = useMessages(rejectedMessages);
  const formats = useFormats();
  const outcomeWords = useOutcomeWords();
  const columns: readonly Column<Rejection>[] = [
    { key: 'time', label: t.time, cell: ({ received_at }) => formats.time(received_at) },
    { key: 'source', label: t.source, cell: ({ source }) => (source === '' ? t.unknownSource : source) },
    { key: 'type', label: t.type, cell: ({ type }) => type ?? '–' },
    {
      key: 'reason',
      label: t.reason,
      cell: ({ reason }) => (
        <span>
          {reason}
          <Text size="sm" c="dimmed" span display="block">
            {rejectionWords(reason, t)}
          </Text>
        </span>
      ),
    },
    {
      key: 'outcome',
      label: t.outcome,
      cell: ({ rejection_id, replayed_at }) => {
        const outcome = outcomes.get(rejection_id);
        if (outcome !== undefined) return outcomeWords(outcome);
        return replayed_at === null ? '–' : <StateMark mood="good">{t.outcome_accepted}</StateMark>;
      },
    },
  ];
  const chooser: Column<Rejection> = {
    key: 'select',
    label: t.selected,
    cell: ({ rejection_id }) => (
      <Checkbox
        aria-label={t.select(rejection_id)}
        checked={selection.has(rejection_id)}
        onChange={(event) => select(rejection_id, event.currentTarget.checked)}
      />
    ),
  };
  return (
    <ListTable
      caption={t.rejectedCaption}
      items={items}
      keyOf={({ rejection_id }) => rejection_id}
      columns={replay === null ? columns : [chooser, ...columns]}
      details={(rejection) => (
        <RejectionDetails
          rejection={rejection}
          outcome={outcomes.get(rejection.rejection_id) ?? null}
          busy={busy}
          replay={replay}
        />
      )}
    />
  );
}
