import { Button, Group, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { Empty } from '../elements/empty.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { Section } from '../elements/section.tsx';
import { type Mood, StateMark } from '../elements/state-mark.tsx';
import { useFilter } from '../elements/use-filter.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { eventPath, type LiveFilter } from './event-api.ts';
import { EventTable } from './event-table.tsx';
import { rateOf } from './live-list.ts';
import { eventMessages } from './messages.ts';
import { type LiveEvents, useLiveEvents } from './use-live-events.ts';

const MOODS: Readonly<Record<LiveEvents['connection'], Mood>> = {
  connecting: 'idle',
  live: 'good',
  lost: 'bad',
  cut: 'bad',
};

/** The events as they arrive. */
export function LivePage() {
  const t = useMessages(eventMessages);
  const { key, valueOf, choose } = useFilter<keyof LiveFilter>(['source', 'event'], ['profile']);
  const [isPaused, setPaused] = useState(false);
  const filter: LiveFilter = { source: valueOf('source'), event: valueOf('event'), profile: valueOf('profile') };
  const live = useLiveEvents(filter, isPaused);
  return (
    <>
      <PageTitle title={t.liveTitle} note={t.liveNote}>
        <div role="status">
          {isPaused ? (
            <StateMark mood="idle">{t.paused}</StateMark>
          ) : (
            <StateMark mood={MOODS[live.connection]}>{t[live.connection]}</StateMark>
          )}
        </div>
        <Button variant="default" onClick={() => setPaused(!isPaused)}>
          {isPaused ? t.goOn : t.pause}
        </Button>
      </PageTitle>
      <FilterForm key={key} filter={filter} choose={choose} />
      <Counts live={live} isPaused={isPaused} />
      <div className="section">
        {live.list.items.length === 0 ? (
          <Empty title={t.noneYet}>{isPaused ? t.pausedHelp : t.noneYetHelp}</Empty>
        ) : (
          <EventTable items={live.list.items} />
        )}
      </div>
      <Section title={t.followTitle}>
        <FollowForm />
      </Section>
    </>
  );
}

interface FilterFormProps {
  readonly filter: LiveFilter;
  choose(filter: LiveFilter): void;
}

function FilterForm({ filter, choose }: FilterFormProps) {
  const t = useMessages(eventMessages);
  const [typed, setTyped] = useState(filter);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    choose({ source: typed.source.trim(), event: typed.event.trim(), profile: typed.profile.trim() });
  };
  const field = (name: keyof LiveFilter, label: string, help: string) => (
    <TextInput
      label={label}
      description={help}
      inputWrapperOrder={['label', 'input', 'description']}
      value={typed[name]}
      onChange={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })}
      maxLength={500}
      autoComplete="off"
      spellCheck={false}
      flex={1}
      miw={180}
    />
  );
  return (
    <form onSubmit={submit} role="search" aria-label={t.filter}>
      <Group align="flex-start" mb="md">
        {field('source', t.source, t.sourceHelp)}
        {field('event', t.event, t.eventHelp)}
        {field('profile', t.person, t.personHelp)}
        <Button type="submit" variant="default" mt={25}>
          {t.filter}
        </Button>
      </Group>
    </form>
  );
}

function Counts({ live: { list }, isPaused }: { readonly live: LiveEvents; readonly isPaused: boolean }) {
  const t = useMessages(eventMessages);
  const formats = useFormats();
  const rate = rateOf(list, Date.now());
  return (
    <Text size="sm" c="dimmed" mb="md">
      {isPaused ? t.rate(0, '–') : t.rate(rate, formats.rate(rate))}
      {list.left_out === 0 ? null : ` · ${t.leftOut(list.left_out)}`}
      {list.unread === 0 ? null : ` · ${t.unread(list.unread)}`}
    </Text>
  );
}

function FollowForm() {
  const t = useMessages(eventMessages);
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed.trim() !== '') void navigate(eventPath(typed.trim(), null));
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-start">
        <TextInput
          label={t.messageId}
          description={t.followHelp}
          inputWrapperOrder={['label', 'input', 'description']}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          maxLength={100}
          autoComplete="off"
          spellCheck={false}
          flex={1}
          miw={200}
        />
        <Button type="submit" variant="default" mt={25}>
          {t.follow}
        </Button>
      </Group>
    </form>
  );
}
