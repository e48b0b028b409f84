import { Anchor, Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useApi } from '../../api/api-context.tsx';
import { polling } from '../../api/polling.ts';
import { Facts } from '../../elements/facts.tsx';
import { Fault } from '../../elements/fault.tsx';
import { Loading } from '../../elements/loading.tsx';
import { StateMark } from '../../elements/state-mark.tsx';
import { eventPath } from '../../events/event-api.ts';
import { useFormats, useMessages } from '../../language/language.tsx';
import { useConditionWords } from '../use-condition-words.ts';
import { ChangeList } from './change-list.tsx';
import { whyMessages } from './messages.ts';
import { type Explained, type Explanation, readExplanation } from './why-api.ts';
import { conditionAt, stepWords, valueWords } from './why-words.ts';

/** Why a person is in a segment, what would change that, and when they entered and left. */
export function Why({ segment, profile }: { readonly segment: string; readonly profile: string }) {
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['segment', segment, 'why', profile],
    queryFn: ({ signal }) => readExplanation(api, segment, profile, signal),
    refetchInterval: polling('followed'),
  });
  return (
    <>
      {error === null ? null : <Fault error={error} retry={() => void refetch()} />}
      {data === undefined ? error === null && <Loading lines={4} /> : <Answer explanation={data} />}
      <ChangeList segment={segment} profile={profile} />
    </>
  );
}

function Answer({ explanation }: { readonly explanation: Explanation }) {
  const t = useMessages(whyMessages);
  const formats = useFormats();
  const { member, since, behind, explained, events_named } = explanation;
  return (
    <Paper withBorder p="md" mb="md">
      <Text mb="xs">{member && since !== null ? t.isIn(formats.time(since)) : t.isOut}</Text>
      {behind ? (
        <Text mb="xs" role="status">
          {t.behind}
        </Text>
      ) : null}
      <ul className="why-parts" aria-label={t.conditions}>
        <Part explained={explained} explanation={explanation} />
      </ul>
      {events_named ? null : (
        <Text size="sm" c="dimmed">
          {t.unnamed}
        </Text>
      )}
      <SmallestChange explanation={explanation} />
    </Paper>
  );
}

interface PartProps {
  readonly explained: Explained;
  readonly explanation: Explanation;
}

function Part({ explained, explanation }: PartProps) {
  const t = useMessages(whyMessages);
  const { holds, of, field } = explained;
  const wordsOf = useConditionWords();
  const condition = conditionAt(explanation.condition, field);
  const group = 'all' in condition ? t.all : 'any' in condition ? t.any : 'not' in condition ? t.not : null;
  return (
    <li>
      <StateMark mood={holds ? 'good' : 'idle'}>{holds ? t.met : t.unmet}</StateMark>{' '}
      {group ?? wordsOf(condition as Parameters<typeof wordsOf>[0])}
      {group === null ? <LeafFacts explained={explained} explanation={explanation} /> : null}
      {of.length === 0 ? null : (
        <ul className="why-parts">
          {of.map((one) => (
            <Part key={one.field} explained={one} explanation={explanation} />
          ))}
        </ul>
      )}
    </li>
  );
}

function LeafFacts({ explained, explanation }: PartProps) {
  const t = useMessages(whyMessages);
  const formats = useFormats();
  const { field, value, since, changes, until, events } = explained;
  const condition = conditionAt(explanation.condition, field);
  const untilWords = until === null ? null : formats.time(until);
  return (
    <Facts
      of={[
        [t.value, value === null ? null : valueWords(value, condition, { t, formats })],
        [t.sinceAtLeast, since === null ? null : formats.time(since)],
        [t.until, untilWords === null || changes === 'at' ? untilWords : t.notBefore(untilWords)],
        [
          t.events,
          events.length === 0
            ? null
            : events.map(({ at, message_id }, index) => (
                <span key={`${at} ${message_id ?? index}`}>
                  {index === 0 ? null : ', '}
                  {message_id === null ? (
                    formats.time(at)
                  ) : (
                    <Anchor component={Link} to={eventPath(message_id, null)}>
                      {formats.time(at)}
                    </Anchor>
                  )}
                </span>
              )),
        ],
      ]}
    />
  );
}

function SmallestChange({ explanation }: { readonly explanation: Explanation }) {
  const t = useMessages(whyMessages);
  const formats = useFormats();
  const { smallest_change, explained, condition } = explanation;
  const said = smallest_change?.steps.map((step) => stepWords(step, condition, { t, formats })) ?? [];
  return (
    <>
      <Text fw={600} mt="sm">
        {explained.holds ? t.changeIn : t.changeOut}
      </Text>
      {said.length > 1 ? <Text>{t.together}</Text> : null}
      {said.length === 0 ? (
        <Text>{t.noChange}</Text>
      ) : (
        <ul className="why-parts">
          {said.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      )}
    </>
  );
}
