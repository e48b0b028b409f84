import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { Empty } from '../elements/empty.tsx';
import { ProfileLink } from '../elements/links.tsx';
import { Section } from '../elements/section.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import type { Overview, WebhookCall } from '../live/overview.ts';
import { homeMessages } from './messages.ts';

const SHOWN = 10;

/** The latest membership changes that reached the console's own webhook. */
export function WebhookCalls({ webhook }: Pick<Overview, 'webhook'>) {
  const t = useMessages(homeMessages);
  const { received, repeats, refused, latest } = webhook;
  return (
    <Section title={t.latestCalls}>
      {latest.length === 0 ? (
        <Empty
          title={t.noCalls}
          action={
            <Anchor component={Link} to="/destinations">
              {t.destinations}
            </Anchor>
          }
        >
          {t.noCallsHelp}
        </Empty>
      ) : (
        <>
          <ol className="rows">
            {latest.slice(0, SHOWN).map((call) => (
              <Call key={`${call.profile_id} ${call.segment} ${call.received_at}`} call={call} />
            ))}
          </ol>
          <Text size="sm" c="dimmed" mt="xs">
            {t.sinceConsoleStart(
              [t.callsReceived(received), t.callsRepeated(repeats), t.callsRefused(refused)].join(', '),
            )}
          </Text>
        </>
      )}
    </Section>
  );
}

function Call({ call }: { readonly call: WebhookCall }) {
  const t = useMessages(homeMessages);
  const formats = useFormats();
  const words: Readonly<Record<string, string>> = {
    event: t.byEvent,
    trait: t.byTrait,
    time: t.byTime,
    merge: t.byMerge,
    definition: t.byDefinition,
  };
  return (
    <li>
      <span>
        <ProfileLink id={call.profile_id} /> {call.status === 'entered' ? t.entered : t.exited} {t.call(call.segment)}
      </span>
      <Text size="sm" c="dimmed" span>
        {t.callNote(words[call.reason] ?? call.reason, formats.count(call.after_ms), formats.clock(call.received_at))}
      </Text>
    </li>
  );
}
