import { Button, Group, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useMessages } from '../language/language.tsx';
import { profileMessages } from './messages.ts';

interface FindProfileFormProps {
  readonly busy: boolean;
  readonly initial: string;
  find(typed: string): void;
}

/** One field for any identifier. */
export function FindProfileForm({ busy, initial, find }: FindProfileFormProps) {
  const t = useMessages(profileMessages);
  const [typed, setTyped] = useState(initial);
  const [asked, setAsked] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (typed.trim() !== '') find(typed);
  };
  return (
    <form onSubmit={submit} role="search">
      <Group align="flex-start" mb="lg">
        <TextInput
          flex={1}
          miw={200}
          label={t.identifier}
          description={t.identifierHelp}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={asked && typed.trim() === '' ? t.needIdentifier : undefined}
          autoComplete="off"
          spellCheck={false}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
        <Button type="submit" loading={busy} mt={25}>
          {t.find}
        </Button>
      </Group>
    </form>
  );
}
