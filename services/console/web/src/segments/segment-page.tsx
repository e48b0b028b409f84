import { Button, Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { polling, useStir } from '../api/polling.ts';
import { Facts } from '../elements/facts.tsx';
import { JsonText } from '../elements/json-text.tsx';
import { RemoveButton } from '../elements/remove-button.tsx';
import { ResourcePage } from '../elements/resource-page.tsx';
import { Section } from '../elements/section.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import { BackfillProgress, CountsSince } from './backfill-progress.tsx';
import { MemberList } from './member-list.tsx';
import { segmentMessages } from './messages.ts';
import { deleteSegment, readSegment, type Segment } from './segment-api.ts';
import { SizeHistory } from './size-history.tsx';
import { useConditionWords } from './use-condition-words.ts';
import { ChangeList } from './why/change-list.tsx';
import { whyMessages } from './why/messages.ts';

/** One segment: its condition and its members. */
export function SegmentPage() {
  const t = useMessages(segmentMessages);
  const api = useApi();
  const { key = '' } = useParams();
  const mayChange = useRight('segmentation:write');
  const query = useQuery({
    queryKey: ['segment', key],
    queryFn: ({ signal }) => readSegment(api, key, signal),
    refetchInterval: polling('watched'),
  });
  const actions = (segment: Segment) => (
    <>
      <Button component={Link} to={pathOf`/segments/${key}/edit`} variant="default">
        {t.edit}
      </Button>
      <Button component={Link} to={`/segments/new?from=${encodeURIComponent(key)}`} variant="default">
        {t.duplicate}
      </Button>
      <DeleteSegment segment={segment} />
    </>
  );
  return (
    <ResourcePage query={query} title={query.data?.name ?? key} note={key} {...(mayChange ? { actions } : {})}>
      {(segment) => <SegmentView segment={segment} />}
    </ResourcePage>
  );
}

function SegmentView({ segment }: { readonly segment: Segment }) {
  const t = useMessages(segmentMessages);
  const why = useMessages(whyMessages);
  const formats = useFormats();
  const { key, version, members, created_at, updated_at, events_counted_from, published } = segment;
  useStir(members, ['segment', key]);
  return (
    <>
      {published ? null : <BackfillProgress segment={key} />}
      <div className="section">
        <Facts
          of={[
            [t.size, <strong key="size">{formats.count(members)}</strong>],
            [t.counts, events_counted_from === null ? t.countsAll : <CountsSince key="counts" segment={segment} />],
            [t.version, formats.count(version)],
            [t.created, formats.time(created_at)],
            [t.changed, formats.time(updated_at)],
          ]}
        />
      </div>
      <Section title={t.condition}>
        <Definition segment={segment} />
      </Section>
      <SizeHistory segment={key} members={members} />
      <Section title={t.members}>
        <MemberList segment={key} />
      </Section>
      <Section title={why.history}>
        <ChangeList segment={key} />
      </Section>
    </>
  );
}

function Definition({ segment: { condition } }: { readonly segment: Segment }) {
  const t = useMessages(segmentMessages);
  const wordsOf = useConditionWords();
  const [shown, setShown] = useState(false);
  return (
    <Paper withBorder p="md">
      <Text mb="sm">{wordsOf(condition)}</Text>
      <Button variant="default" size="xs" aria-expanded={shown} onClick={() => setShown(!shown)} mb={shown ? 'sm' : 0}>
        {shown ? t.hideDefinition : t.showDefinition}
      </Button>
      {shown ? <JsonText label={t.definition} value={condition} /> : null}
    </Paper>
  );
}

function DeleteSegment({ segment: { key, name, members } }: { readonly segment: Segment }) {
  const t = useMessages(segmentMessages);
  const api = useApi();
  return (
    <RemoveButton
      label={t.delete}
      title={t.deleteTitle}
      list={['segments']}
      leave={{ to: '/segments', item: ['segment', key] }}
      remove={() => deleteSegment(api, key)}
    >
      {t.deleteText(members, name)}
    </RemoveButton>
  );
}
