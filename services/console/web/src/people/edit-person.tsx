import { Button, Checkbox, Group, NativeSelect, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import { Confirm } from '../elements/confirm.tsx';
import { Fault } from '../elements/fault.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { peopleMessages } from './messages.ts';
import {
  changePerson,
  PASSWORD_CHARACTERS,
  type Person,
  type PersonChange,
  removePerson,
  ROLES,
} from './people-api.ts';
import { isPassword, isPersonName } from './read-person.ts';

/** Changes or removes a person. */
export function EditPerson({ person }: { readonly person: Person }) {
  const t = useMessages(peopleMessages);
  const formats = useFormats();
  const api = useApi();
  const queries = useQueryClient();
  const [draft, setDraft] = useState({ name: person.name, role: person.role, disabled: person.disabled, password: '' });
  const [asked, setAsked] = useState(false);
  const save = useMutation({
    mutationFn: (change: PersonChange) => changePerson(api, person.email, change),
    onSuccess: () => {
      setDraft((before) => ({ ...before, password: '' }));
      return queries.invalidateQueries({ queryKey: ['people'] });
    },
  });
  const change = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  const name_wrong = !isPersonName(draft.name);
  const password_wrong = draft.password !== '' && !isPassword(draft.password);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (name_wrong || password_wrong) return;
    const { password, ...others } = draft;
    save.mutate({ ...others, name: others.name.trim(), ...(password === '' ? {} : { password }) });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm" maw={480}>
        {save.error === null ? null : <Fault error={save.error} />}
        <TextInput
          label={t.name}
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          error={asked && name_wrong ? t.nameWrong : undefined}
        />
        <RoleSelect value={draft.role} onChange={(role) => change({ role })} />
        <PasswordInput
          label={t.newPassword}
          description={t.passwordKeep}
          autoComplete="new-password"
          value={draft.password}
          onChange={(event) => change({ password: event.currentTarget.value })}
          visibilityToggleButtonProps={{ 'aria-label': t.showPassword }}
          error={asked && password_wrong ? t.passwordWrong(formats.count(PASSWORD_CHARACTERS.minimum)) : undefined}
        />
        <Checkbox
          label={t.allow}
          checked={!draft.disabled}
          onChange={(event) => change({ disabled: !event.currentTarget.checked })}
        />
        <Group>
          <Button type="submit" size="sm" loading={save.isPending}>
            {t.save}
          </Button>
          <RemovePerson email={person.email} />
          <Text size="sm" role="status">
            {save.isSuccess ? t.saved : ''}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

interface RoleSelectProps {
  readonly value: Person['role'];
  onChange(role: Person['role']): void;
}

/** Chooses a role, each with what it may do. */
export function RoleSelect({ value, onChange }: RoleSelectProps) {
  const t = useMessages(peopleMessages);
  return (
    <NativeSelect
      label={t.role}
      value={value}
      onChange={(event) => onChange(ROLES.find((role) => role === event.currentTarget.value) ?? 'viewer')}
      data={ROLES.map((role) => ({ value: role, label: t[role] }))}
    />
  );
}

function RemovePerson({ email }: { readonly email: string }) {
  const t = useMessages(peopleMessages);
  const api = useApi();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removePerson(api, email),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['people'] }),
  });
  return (
    <Confirm
      label={t.remove}
      title={t.removeTitle}
      error={remove.error}
      busy={remove.isPending}
      act={() => remove.mutate()}
    >
      {t.removeText(email)}
    </Confirm>
  );
}
