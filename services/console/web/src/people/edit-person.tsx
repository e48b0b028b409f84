import { Checkbox, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { RemoveButton } from '../elements/remove-button.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { useMessages } from '../language/language.tsx';
import { peopleMessages } from './messages.ts';
import { PersonAccess } from './person-access.tsx';
import { changePerson, type Person, type PersonChange, removePerson, ROLES } from './people-api.ts';
import { isPersonName } from './read-person.ts';
import { SessionsOf } from './sessions-of.tsx';

/** What an administrator may do with a person: change what they are, and how they get in. */
export function EditPerson({ person }: { readonly person: Person }) {
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <PersonForm person={person} />
        <PersonAccess person={person} />
      </SimpleGrid>
      {person.signs_in_by === 'invitation' ? null : <SessionsOf person={person} />}
    </Stack>
  );
}

function PersonForm({ person }: { readonly person: Person }) {
  const t = useMessages(peopleMessages);
  const api = useApi();
  const queries = useQueryClient();
  const { id, name, role, disabled, email } = person;
  const { draft, change, changed } = useDraft({ name, role, disabled });
  const save = useMutation({
    mutationFn: (changes: PersonChange) => changePerson(api, id, changes),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['people'] }),
  });
  const nameWrong = !isPersonName(draft.name);
  const submit = () => {
    if (!nameWrong) save.mutate({ ...draft, name: draft.name.trim() });
  };
  return (
    <ResourceForm
      action={t.save}
      busy={save.isPending}
      error={save.error}
      changed={changed}
      saved={save.isSuccess ? t.saved : null}
      width={480}
      others={
        <RemoveButton label={t.remove} title={t.removeTitle} list={['people']} remove={() => removePerson(api, id)}>
          {t.removeText(email)}
        </RemoveButton>
      }
      submit={submit}
    >
      {(asked) => (
        <>
          <TextInput
            label={t.name}
            value={draft.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            error={asked && nameWrong ? t.nameWrong : undefined}
          />
          <RoleSelect
            value={draft.role}
            {...(person.signs_in_by === 'openid' ? { description: t.roleFromProvider } : {})}
            onChange={(chosen) => change({ role: chosen })}
          />
          <Checkbox
            label={t.allow}
            checked={!draft.disabled}
            onChange={(event) => change({ disabled: !event.currentTarget.checked })}
          />
        </>
      )}
    </ResourceForm>
  );
}

interface RoleSelectProps {
  readonly value: Person['role'];
  readonly description?: string;
  onChange(role: Person['role']): void;
}

/** Chooses a role, each with what it may do. */
export function RoleSelect({ value, description, onChange }: RoleSelectProps) {
  const t = useMessages(peopleMessages);
  return (
    <NativeSelect
      label={t.role}
      description={description}
      value={value}
      onChange={(event) => onChange(ROLES.find((role) => role === event.currentTarget.value) ?? 'viewer')}
      data={ROLES.map((role) => ({ value: role, label: t[role] }))}
    />
  );
}
