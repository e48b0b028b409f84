import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { type ListChange, type ListEntry, sendEntry } from './list-api.ts';
import { listMessages } from './messages.ts';
import { type EntryDraft, IDENTIFIER_TYPES, readEntry } from './read-entry.ts';

const EMPTY: EntryDraft = { value: '', until: '' };

interface EntryFormProps {
  /** Key of the list. */
  readonly list: string;
  /** Called once the service has taken a change. */
  changed(): void;
}

/** Puts one person on a static list, or takes them off. */
export function EntryForm({ list, changed }: EntryFormProps) {
  const t = useMessages(listMessages);
  const { zone } = useFormats();
  const api = useApi();
  const [type, setType] = useState<ListEntry['type']>('user_id');
  const { draft, change, changed: isChanged } = useDraft(EMPTY);
  const isMissing = draft.value.trim() === '';
  const send = useMutation({
    mutationFn: (what: ListChange) => sendEntry(api, list, what, readEntry(type, draft, zone)),
    onSuccess: () => {
      change(EMPTY);
      changed();
    },
  });
  const labels = { user_id: t.userId, email: t.email, anonymous_id: t.anonymousId };
  return (
    <ResourceForm
      action={t.add}
      busy={send.isPending}
      error={send.error}
      changed={isChanged}
      saved={send.isSuccess ? t[send.variables === 'add' ? 'added' : 'removed'](send.data) : null}
      width={640}
      others={
        <Button variant="default" disabled={isMissing || send.isPending} onClick={() => send.mutate('remove')}>
          {t.remove}
        </Button>
      }
      submit={() => {
        if (!isMissing) send.mutate('add');
      }}
    >
      {(asked) => (
        <>
          <NativeSelect
            label={t.identifier}
            value={type}
            onChange={({ currentTarget: { value } }) => {
              setType(IDENTIFIER_TYPES.find((known) => known === value) ?? type);
            }}
            data={IDENTIFIER_TYPES.map((known) => ({ value: known, label: labels[known] }))}
          />
          <TextInput
            label={t.value}
            value={draft.value}
            maxLength={500}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => change({ value: event.currentTarget.value })}
            error={asked && isMissing ? t.needValue : undefined}
          />
          <TextInput
            type="datetime-local"
            label={t.until}
            description={t.untilHelp(zone.name)}
            value={draft.until}
            onChange={(event) => change({ until: event.currentTarget.value })}
          />
        </>
      )}
    </ResourceForm>
  );
}
