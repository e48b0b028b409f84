import { Button, Paper, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { Confirm } from '../elements/confirm.tsx';
import { Facts } from '../elements/facts.tsx';
import { Fault } from '../elements/fault.tsx';
import { JsonText } from '../elements/json-text.tsx';
import { Loading } from '../elements/loading.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { Section } from '../elements/section.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { MOVING_MS } from '../live/moving.ts';
import { useRight } from '../session/session.tsx';
import { MemberList } from './member-list.tsx';
import { segmentMessages } from './messages.ts';
import { deleteSegment, readSegment, type Segment } from './segment-api.ts';
import { SizeHistory } from './size-history.tsx';
import { useConditionWords } from './use-condition-words.ts';

/** One segment: what it asks for, and who is in it. */
export function Component() {
  const api = useApi();
  const { key = '' } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['segment', key],
    queryFn: ({ signal }) => readSegment(api, key, signal),
    refetchInterval: MOVING_MS,
  });
  if (data === undefined) {
    return (
      <>
        <PageTitle title={key} />
        {error === null ? <Loading /> : <Fault error={error} retry={() => void refetch()} />}
      </>
    );
  }
  return (
    <>
      {error === null ? null : <Fault error={error} retry={() => void refetch()} />}
      <SegmentView segment={data} />
    </>
  );
}

function SegmentView({ segment }: { readonly segment: Segment }) {
  const t = useMessages(segmentMessages);
  const formats = useFormats();
  const may_change = useRight('change-segments');
  const { key, name, version, members, createdAt, updatedAt, eventsCountedFrom, published } = segment;
  return (
    <>
      <PageTitle title={name} note={key}>
        {may_change ? (
          <>
            <Button component={Link} to={pathOf`/segments/${key}/edit`} variant="default">
              {t.edit}
            </Button>
            <DeleteSegment segment={segment} />
          </>
        ) : null}
      </PageTitle>
      {published ? null : (
        <div className="section" role="status">
          <StateMark mood="waiting">{t.publishing}</StateMark>
        </div>
      )}
      <div className="section">
        <Facts
          of={[
            [t.size, <strong key="size">{formats.count(members)}</strong>],
            [
              t.countedFrom,
              eventsCountedFrom === null ? t.traitsOnly : `${formats.time(eventsCountedFrom)}. ${t.countedFromHelp}`,
            ],
            [t.version, formats.count(version)],
            [t.created, formats.time(createdAt)],
            [t.changed, formats.time(updatedAt)],
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
  const formats = useFormats();
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteSegment(api, key),
    onSuccess: async () => {
      await navigate('/segments');
      queries.removeQueries({ queryKey: ['segment', key] });
      await queries.invalidateQueries({ queryKey: ['segments'] });
    },
  });
  return (
    <Confirm
      label={t.delete}
      title={t.deleteTitle}
      error={remove.error}
      busy={remove.isPending}
      act={() => remove.mutate()}
    >
      {t.deleteText(name, formats.count(members))}
    </Confirm>
  );
}
