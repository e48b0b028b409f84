import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { polling, useStir } from '../api/polling.ts';
import { Facts } from '../elements/facts.tsx';
import { ResourcePage } from '../elements/resource-page.tsx';
import { Section } from '../elements/section.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import { CsvForm } from './csv-form.tsx';
import { EntryForm } from './entry-form.tsx';
import { readList, readSize, type StaticList } from './list-api.ts';
import { listMessages } from './messages.ts';

/** One static list: how many people are on it, and changes of who is. */
export function ListPage() {
  const t = useMessages(listMessages);
  const api = useApi();
  const { key = '' } = useParams();
  const mayMakeSegments = useRight('segmentation:write');
  const query = useQuery({ queryKey: ['list', key], queryFn: ({ signal }) => readList(api, key, signal) });
  const actions = () => (
    <Button component={Link} to={pathOf`/segments/new?list=${key}`} variant="default">
      {t.newSegment}
    </Button>
  );
  return (
    <ResourcePage query={query} title={query.data?.name ?? key} note={key} {...(mayMakeSegments ? { actions } : {})}>
      {(list) => <ListView key={list.key} list={list} />}
    </ResourcePage>
  );
}

function ListView({ list: { key, created_at } }: { readonly list: StaticList }) {
  const t = useMessages(listMessages);
  const formats = useFormats();
  const api = useApi();
  const mayChange = useRight('ingestion:write');
  const size = useQuery({
    queryKey: ['list-size', key],
    queryFn: ({ signal }) => readSize(api, key, signal),
    refetchInterval: polling('followed'),
    retry: false,
  });
  const [changes, setChanges] = useState(0);
  useStir(changes, ['list-size', key]);
  const changed = () => setChanges((before) => before + 1);
  return (
    <>
      <div className="section">
        <Facts
          of={[
            [t.size, <strong key="size">{size.isSuccess ? formats.count(size.data) : '–'}</strong>],
            [t.created, formats.time(created_at)],
          ]}
        />
      </div>
      {mayChange ? (
        <>
          <Section title={t.onePerson}>
            <EntryForm list={key} changed={changed} />
          </Section>
          <Section title={t.manyPeople}>
            <CsvForm list={key} changed={changed} />
          </Section>
        </>
      ) : null}
    </>
  );
}
