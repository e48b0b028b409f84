import { Anchor, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { CopyText } from '../elements/copy-text.tsx';
import { Facts } from '../elements/facts.tsx';
import { ResourcePage } from '../elements/resource-page.tsx';
import { Section } from '../elements/section.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight, useSession } from '../session/session.tsx';
import { sourceMessages } from './messages.ts';
import { sendExample } from './send-example.ts';
import { readSource, type Source, type SourceInput, saveSource } from './source-api.ts';
import { SourceForm } from './source-form.tsx';

/** One source: how to send to it, and its settings. */
export function SourcePage() {
  const t = useMessages(sourceMessages);
  const api = useApi();
  const { key = '' } = useParams();
  const mayChange = useRight('ingestion:write');
  const query = useQuery({
    queryKey: ['source', key],
    queryFn: ({ signal }) => readSource(api, key, signal),
  });
  return (
    <ResourcePage query={query} title={query.data?.name ?? key} note={key}>
      {(source) =>
        mayChange ? (
          <>
            <Section title={t.send}>
              <HowToSend source={source} />
            </Section>
            <Section title={t.settings}>
              <Settings source={source} />
            </Section>
          </>
        ) : (
          <Shown source={source} />
        )
      }
    </ResourcePage>
  );
}

interface OfSource {
  readonly source: Source;
}

/** Stands in for the address in the example if none is configured. */
const ADDRESS_TO_PUT = 'https://TRACKING-API';

function HowToSend({ source: { write_key } }: OfSource) {
  const t = useMessages(sourceMessages);
  const { tracking_url } = useSession();
  const line = sendExample(tracking_url ?? ADDRESS_TO_PUT, write_key);
  return (
    <Stack gap="sm">
      <Text size="sm">
        {t.writeKey}. {t.writeKeyHelp}
      </Text>
      <CopyText label={t.writeKey} text={write_key} />
      <Text size="sm">
        {t.curl}. {tracking_url === null ? t.addressUnknown(ADDRESS_TO_PUT) : null}
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
  const api = useApi();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (input: SourceInput) => saveSource(api, source.key, input),
    onSuccess: (saved) => queries.setQueryData<Source>(['source', saved.key], saved),
  });
  return (
    <SourceForm
      existing={source}
      error={save.error}
      busy={save.isPending}
      saved={save.isSuccess}
      save={(_key, input) => save.mutate(input)}
    />
  );
}

function Shown({ source: { enabled, answer, unreadable_times, max_event_bytes, max_batch_bytes } }: OfSource) {
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
        [t.limits, t.limitsText(formats.bytes(max_event_bytes), formats.bytes(max_batch_bytes))],
        [t.answer, t[answer]],
        [t.unreadableTimes, unreadable_times === 'keep' ? t.keepUnreadable : t.rejectUnreadable],
      ]}
    />
  );
}
