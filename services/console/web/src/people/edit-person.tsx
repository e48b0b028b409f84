import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { PasswordField } from '../elements/password-field.tsx';
import { RemoveButton } from '../elements/remove-button.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { useMessages } from '../language/language.tsx';
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
  const api = useApi();
  const queries = useQueryClient();
  const { name, role, disabled, email } = person;
  const { draft, change, changed } = useDraft({ name, role, disabled, password: '' });
  const save = useMutation({
    mutationFn: (changes: PersonChange) => changePerson(api, email, changes),
    onSuccess: () => {
      change({ password: '' });
      return queries.invalidateQueries({ queryKey: ['people'] });
    },
  });
  const nameWrong = !isPersonName(draft.name);
  const passwordWrong = draft.password !== '' && !isPassword(draft.password);
  const submit = () => {
    if (nameWrong || passwordWrong) return;
    const { password, ...others } = draft;
    save.mutate({ ...others, name: others.name.trim(), ...(password === '' ? {} : { password }) });
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
        <RemoveButton label={t.remove} title={t.removeTitle} list={['people']} remove={() => removePerson(api, email)}>
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
          <RoleSelect value={draft.role} onChange={(chosen) => change({ role: chosen })} />
          <PasswordField
            label={t.newPassword}
            description={t.passwordKeep}
            autoComplete="new-password"
            value={draft.password}
            onChange={(event) => change({ password: event.currentTarget.value })}
            error={asked && passwordWrong ? t.passwordWrong(PASSWORD_CHARACTERS.minimum) : undefined}
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
