import './events.css';
import { Anchor, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { type Delivery, readDeliveries } from '../destinations/destination-api.ts';
import { Empty } from '../elements/empty.tsx';
import { Facts } from '../elements/facts.tsx';
import { Fault } from '../elements/fault.tsx';
import { JsonText } from '../elements/json-text.tsx';
import { ProfileLink } from '../elements/links.tsx';
import { Loading } from '../elements/loading.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { Section } from '../elements/section.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { type EventIdentifier, eventPath, type MessageWay, readLags, readWay } from './event-api.ts';
import { eventMessages } from './messages.ts';
import { Rejections } from './rejections.tsx';
import { type Way, wayOf } from './way.ts';
import { WaySteps } from './way-steps.tsx';

const EVERY_MS = 1_000;
/** After this many looks an event that still moves is looked at less often. */
const OFTEN = 60;
const SELDOM_MS = 3_000;
/** States of a delivery that has not ended. */
const WAITING: readonly string[] = ['queued', 'retrying'];

/** The way of one event through every stage, followed until nothing more will come of it. */
export function EventPage() {
  const t = useMessages(eventMessages);
  const { messageId = '' } = useParams();
  const [parameters] = useSearchParams();
  const { message, waiting, way, error, retry } = useWay(messageId, parameters.get('source'));
  const name = message?.event?.event ?? message?.event?.name ?? messageId;
  return (
    <>
      <PageTitle title={name} note={t.wayNote}>
        {way === null ? null : (
          <div role="status">
            <StateMark mood={way.isFinal ? 'good' : 'waiting'}>{way.isFinal ? t.final : t.moving}</StateMark>
          </div>
        )}
        <Button variant="default" component={Link} to="/events">
          {t.toLive}
        </Button>
      </PageTitle>
      {error === null ? null : <Fault error={error} retry={retry} />}
      {message === undefined || way === null ? (
        error === null && <Loading />
      ) : (
        <Followed message={message} way={way} waiting={waiting} />
      )}
    </>
  );
}

interface FollowedWay {
  readonly message: MessageWay | undefined;
  readonly waiting: readonly Delivery[];
  readonly way: Way | null;
  readonly error: Error | null;
  retry(): void;
}

/** Asks again every second until the way is over; only then is there nothing left to ask. */
function useWay(message_id: string, source: string | null): FollowedWay {
  const api = useApi();
  const message = useQuery({
    queryKey: ['message', message_id, source],
    queryFn: async ({ signal }) => {
      const found = await readWay(api, message_id, source, signal);
      if (found.profile_id === null) return { found, waiting: [], lags: null, at_ms: Date.now() };
      const filter = { status: null, destination: null, profile: found.profile_id };
      // The history has what ended; what is under way, and whether a stage lags, it can't know.
      const [deliveries, lags] = await Promise.all([
        readDeliveries(api, filter, null, signal).catch(() => null),
        readLags(api, signal).catch(() => null),
      ]);
      const waiting = (deliveries?.items ?? []).filter(
        (one) => one.message_id === message_id && WAITING.includes(one.status),
      );
      return { found, waiting, lags, at_ms: Date.now() };
    },
    refetchInterval: ({ state: { data, dataUpdateCount } }) => {
      if (data !== undefined && wayNow(data).isFinal) return false;
      return dataUpdateCount < OFTEN ? EVERY_MS : SELDOM_MS;
    },
  });
  const { data, error, refetch } = message;
  return {
    message: data?.found,
    waiting: data?.waiting ?? [],
    way: data === undefined ? null : wayNow(data),
    error,
    retry: () => void refetch(),
  };
}

function wayNow(read: {
  readonly found: MessageWay;
  readonly waiting: readonly Delivery[];
  readonly lags: ReadonlyMap<string, number | null> | null;
  readonly at_ms: number;
}): Way {
  return wayOf(read.found, { waiting_deliveries: read.waiting.length, lags: read.lags, nowMs: read.at_ms });
}

interface FollowedProps {
  readonly message: MessageWay;
  readonly way: Way;
  readonly waiting: readonly Delivery[];
}

function Followed({ message, way, waiting }: FollowedProps) {
  const t = useMessages(eventMessages);
  const { event, sources, source, message_id, rejections, is_cut } = message;
  return (
    <>
      {sources.length < 2 ? null : <Sources message_id={message_id} sources={sources} source={source} />}
      <div className="section">
        <EventFacts message={message} />
      </div>
      {is_cut ? (
        <Text size="sm" c="dimmed" mb="md">
          {t.isCut}
        </Text>
      ) : null}
      <Section title={t.way}>
        {message.state === 'not_seen' ? (
          <Empty title={t.step_notSeen}>{t.step_notSeenHelp}</Empty>
        ) : (
          <WaySteps message={message} way={way} waiting={waiting} />
        )}
      </Section>
      {rejections.length === 0 ? null : (
        <Section title={t.rejections}>
          <Rejections rejections={rejections} />
        </Section>
      )}
      {event === null ? null : (
        <Section title={t.content}>
          <JsonText
            label={t.contentLabel}
            value={{ properties: event.properties, traits: event.traits, context: event.context }}
          />
        </Section>
      )}
    </>
  );
}

function EventFacts({ message: { message_id, source, event, profile_id } }: { readonly message: MessageWay }) {
  const t = useMessages(eventMessages);
  const formats = useFormats();
  const time = (iso: string | null | undefined) => (iso === null || iso === undefined ? null : formats.time(iso));
  return (
    <Facts
      of={[
        [t.messageId, message_id],
        [t.source, source],
        [t.type, event?.type],
        [t.userId, event?.user_id],
        [t.anonymousId, event?.anonymous_id],
        [t.profile, profile_id === null ? null : <ProfileLink id={profile_id} />],
        [t.happened, time(event?.timestamp)],
        [t.received, time(event?.received_at)],
        [t.via, event === null ? null : event.via === 'http' ? 'HTTP' : 'Kafka'],
        [t.linked, identifiersText(event?.linked)],
        [t.setAside, identifiersText(event?.set_aside)],
      ]}
    />
  );
}

function identifiersText(identifiers: readonly EventIdentifier[] | undefined): string | null {
  if (identifiers === undefined || identifiers.length === 0) return null;
  return identifiers.map(({ type, value }) => `${type}: ${value}`).join(', ');
}

function Sources({ message_id, source, sources }: Pick<MessageWay, 'message_id' | 'source' | 'sources'>) {
  const t = useMessages(eventMessages);
  return (
    <Group mb="md" gap="sm">
      <Text size="sm">{t.severalSources}</Text>
      {sources.map((one) => (
        <Anchor
          key={one}
          component={Link}
          to={eventPath(message_id, one)}
          {...(one === source ? { 'aria-current': 'page' as const, fw: 600 } : {})}
        >
          {one === '' ? t.unknownSource : one}
        </Anchor>
      ))}
    </Group>
  );
}
