import './explore.css';
import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { chunk } from '../elements/chunk.ts';
import { Empty } from '../elements/empty.tsx';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { Section } from '../elements/section.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import { AnswerView } from './answer-view.tsx';
import type { Answer } from './domain/answer.ts';
import { asksForSegment, EXAMPLE_STATEMENT } from './domain/statement.ts';
import { DownloadCsv } from './download-csv.tsx';
import { readExploration, type SavedQuery, VIEWS, type View } from './exploration-api.ts';
import { exploreMessages } from './messages.ts';
import { PutOnDashboard } from './put-on-dashboard.tsx';
import { readCatalogue } from './query-api.ts';
import { SaveQuery } from './save-query.tsx';
import { SegmentChoice } from './segment-choice.tsx';
import { StatementFault } from './statement-fault.tsx';
import { TrendForm } from './trend-form.tsx';
import { type StatementRun, useStatement } from './use-statement.ts';

/** Its editor is most of the page's script: the page appears before it has loaded. */
const SqlEditor = lazy(() => chunk(() => import('./editor/sql-editor.tsx')));

/** Statements on ClickHouse; `?query=` opens a saved one. */
export function ExplorePage() {
  const [parameters] = useSearchParams();
  const api = useApi();
  const id = parameters.get('query');
  // What is saved here goes on as it is, with its answer, under its new address.
  const [savedHere, setSavedHere] = useState<{ readonly id: string; readonly place: string } | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['exploration', 'queries', id],
    queryFn: ({ signal }) => readExploration(api, 'queries', id ?? '', signal),
    enabled: id !== null,
  });
  const place = savedHere !== null && savedHere.id === id ? savedHere.place : (id ?? 'new');
  const keep = (made: string): void => setSavedHere({ id: made, place });
  if (id === null) return <Explorer key={place} saved={null} onSaved={keep} />;
  if (data !== undefined) return <Explorer key={place} saved={data} onSaved={keep} />;
  return error === null ? <Loading /> : <Fault error={error} retry={() => void refetch()} />;
}

interface ExplorerProps {
  readonly saved: SavedQuery | null;
  /** Called before the address becomes that of the query that was just saved. */
  onSaved(id: string): void;
}

function Explorer({ saved, onSaved }: ExplorerProps) {
  const t = useMessages(exploreMessages);
  const maySave = useRight('explore:write');
  const [sql, setSql] = useState(saved?.content.sql ?? EXAMPLE_STATEMENT);
  const [view, setView] = useState<View>(saved?.content.view ?? 'table');
  const [segment, setSegment] = useState<string | null>(null);
  const [place, setPlace] = useState<{ readonly index: number } | null>(null);
  const { state, run, cancel } = useStatement();
  const asks = asksForSegment(sql);
  const start = () => run(sql, segment);
  const showTrend = (made: string) => {
    setSql(made);
    setView('line');
    run(made, segment);
  };
  return (
    <>
      <PageTitle title={saved?.name ?? t.title} note={t.note}>
        <Button variant="default" component={Link} to="/explore/saved">
          {t.savedQueries}
        </Button>
      </PageTitle>
      <TrendForm segment={segment} onSegment={setSegment} done={showTrend} />
      <Section title={t.statement}>
        <Stack gap="sm">
          <Editor sql={sql} place={place} onChange={setSql} onRun={start} />
          <Group align="flex-end" gap="sm">
            <Button onClick={start}>{t.run}</Button>
            <Button variant="default" disabled={state.kind !== 'running'} onClick={cancel}>
              {t.cancel}
            </Button>
            <SegmentChoice label={t.statementSegment} value={segment} disabled={!asks} onChange={setSegment} />
            <NativeSelect
              label={t.view}
              value={view}
              onChange={(event) => setView(VIEWS.find((one) => one === event.currentTarget.value) ?? 'table')}
              data={VIEWS.map((value) => ({ value, label: t[value] }))}
            />
          </Group>
          {asks ? null : (
            <Text size="sm" c="dimmed">
              {t.notForSegments}
            </Text>
          )}
        </Stack>
      </Section>
      <Section title={t.answer}>
        <Outcome state={state} view={view} show={(index) => setPlace({ index })} />
      </Section>
      <Group gap="sm">
        <DownloadCsv sql={sql} segment={segment} />
        {maySave ? <SaveQuery saved={saved} content={{ sql, view }} onSaved={onSaved} /> : null}
        {maySave ? <PutOnDashboard content={{ sql, view }} segment={asks ? segment : null} /> : null}
      </Group>
    </>
  );
}

interface EditorProps {
  readonly sql: string;
  readonly place: { readonly index: number } | null;
  onChange(sql: string): void;
  onRun(): void;
}

function Editor({ sql, place, onChange, onRun }: EditorProps) {
  const t = useMessages(exploreMessages);
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['catalogue'],
    queryFn: ({ signal }) => readCatalogue(api, signal),
    staleTime: 300_000,
  });
  return (
    <Suspense fallback={<Loading lines={3} />}>
      <SqlEditor label={t.editor} value={sql} tables={data ?? []} place={place} onChange={onChange} onRun={onRun} />
    </Suspense>
  );
}

interface OutcomeProps {
  readonly state: StatementRun;
  readonly view: View;
  show(index: number): void;
}

function Outcome({ state, view, show }: OutcomeProps) {
  const t = useMessages(exploreMessages);
  switch (state.kind) {
    case 'none':
      return <Empty title={t.notAsked}>{t.notAskedHelp}</Empty>;
    case 'running':
      return (
        <Stack gap="sm">
          <Text role="status">{t.running}</Text>
          <Loading lines={3} />
        </Stack>
      );
    case 'cancelled':
      return <Text role="status">{t.cancelled}</Text>;
    case 'failed':
      return <StatementFault error={state.error} sql={state.sql} show={show} />;
    case 'answered':
      return (
        <Stack gap="sm">
          <AnswerView answer={state.answer} sql={state.sql} view={view} caption={t.answerCaption} />
          <AnswerFacts answer={state.answer} />
        </Stack>
      );
  }
}

function AnswerFacts({ answer: { rows, rows_read, elapsed_ms, truncated } }: { readonly answer: Answer }) {
  const t = useMessages(exploreMessages);
  const formats = useFormats();
  return (
    <>
      {truncated === null ? null : (
        <Text size="sm" fw={600}>
          {truncated === 'rows' ? t.cutRows(rows.length) : t.cutBytes(rows.length)}
        </Text>
      )}
      <Text size="sm" c="dimmed" role="status">
        {t.facts(rows.length, formats.number(elapsed_ms / 1000), t.rowsRead(rows_read))}
      </Text>
    </>
  );
}
