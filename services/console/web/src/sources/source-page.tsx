import { Anchor, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { CopyText } from '../elements/copy-text.tsx';
import { Facts } from '../elements/facts.tsx';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { Section } from '../elements/section.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import { sourceMessages } from './messages.ts';
import { sendExample } from './send-example.ts';
import { readSource, type Source, type SourceInput, saveSource } from './source-api.ts';
import { SourceForm } from './source-form.tsx';

/** One source: how to send to it, and its settings. */
export function Component() {
  const t = useMessages(sourceMessages);
  const api = useApi();
  const { key = '' } = useParams();
  const may_change = useRight('change-sources');
  const { data, error, refetch } = useQuery({
    queryKey: ['source', key],
    queryFn: ({ signal }) => readSource(api, key, signal),
  });
  return (
    <>
      <PageTitle title={data?.name ?? key} note={key} />
      {error === null ? null : <Fault error={error} retry={() => void refetch()} />}
      {data === undefined ? (
        error === null && <Loading />
      ) : may_change ? (
        <>
          <Section title={t.send}>
            <HowToSend source={data} />
          </Section>
          <Section title={t.settings}>
            <Settings source={data} />
          </Section>
        </>
      ) : (
        <Shown source={data} />
      )}
    </>
  );
}

interface OfSource {
  readonly source: Source;
}

function HowToSend({ source: { writeKey } }: OfSource) {
  const t = useMessages(sourceMessages);
  const { protocol, hostname, port } = window.location;
  const address = port === '' ? `${protocol}//${hostname}:4001` : `${protocol}//${hostname}:${Number(port) + 1}`;
  const line = sendExample(address, writeKey);
  return (
    <Stack gap="sm">
      <Text size="sm">
        {t.writeKey}. {t.writeKeyHelp}
      </Text>
      <CopyText label={t.writeKey} text={writeKey} />
      <Text size="sm">
        {t.curl}. {t.curlHelp}
      </Text>
      <CopyText label={t.curl} text={line} />
      <Text size="sm">
        {t.thenLook}{' '}
        <Anchor component={Link} to="/profiles?q=ada">
          {t.seePerson}
        </Anchor>
      </Text>
    </Stack>
  );
}

function Settings({ source }: OfSource) {
  const t = useMessages(sourceMessages);
  const api = useApi();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (input: SourceInput) => saveSource(api, source.key, input),
    onSuccess: (saved) => queries.setQueryData<Source>(['source', saved.key], saved),
  });
  return (
    <>
      <SourceForm
        existing={source}
        error={save.error}
        busy={save.isPending}
        save={(_key, input) => save.mutate(input)}
      />
      <Text mt="sm" role="status">
        {save.isSuccess ? t.saved : ''}
      </Text>
    </>
  );
}

function Shown({ source: { enabled, answer, unreadableTimes, maxEventBytes, maxBatchBytes } }: OfSource) {
  const t = useMessages(sourceMessages);
  const formats = useFormats();
  return (
    <Facts
      of={[
        [
          t.state,
          <StateMark key="state" mood={enabled ? 'good' : 'idle'}>
            {enabled ? t.enabled : t.disabled}
          </StateMark>,
        ],
        [t.limits, t.limitsText(formats.bytes(maxEventBytes), formats.bytes(maxBatchBytes))],
        [t.answer, t[answer]],
        [t.unreadableTimes, unreadableTimes === 'keep' ? t.keepUnreadable : t.rejectUnreadable],
      ]}
    />
  );
}
