import { TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { statusOf } from '../api/api-error.ts';
import { useApi } from '../api/api-context.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { PasswordField } from '../elements/password-field.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { useMessages } from '../language/language.tsx';
import { RoleSelect } from './edit-person.tsx';
import { peopleMessages } from './messages.ts';
import { addPerson, type NewPerson, PASSWORD_CHARACTERS } from './people-api.ts';
import { type PersonField, personFaults } from './read-person.ts';

const NOBODY: NewPerson = { email: '', name: '', role: 'viewer', password: '' };

/** Lets somebody new sign in. */
export function NewPersonPage() {
  const t = useMessages(peopleMessages);
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { draft, change, changed } = useDraft(NOBODY);
  const add = useMutation({
    mutationFn: (person: NewPerson) => addPerson(api, person),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['people'] });
      await navigate('/people');
    },
  });
  const faults = personFaults(draft);
  const faulty = (asked: boolean, field: PersonField) => asked && faults.has(field);
  const taken = statusOf(add.error) === 409;
  const { minimum } = PASSWORD_CHARACTERS;
  return (
    <>
      <PageTitle title={t.newTitle} note={t.note} />
      <ResourceForm
        action={t.saveNew}
        busy={add.isPending}
        error={add.error}
        changed={changed}
        cancel="/people"
        width={480}
        submit={() => {
          if (faults.size === 0) add.mutate({ ...draft, email: draft.email.trim(), name: draft.name.trim() });
        }}
      >
        {(asked) => (
          <>
            <TextInput
              label={t.email}
              type="email"
              autoComplete="off"
              value={draft.email}
              onChange={(event) => change({ email: event.currentTarget.value })}
              error={faulty(asked, 'email') ? t.emailWrong : taken ? t.emailTaken : undefined}
            />
            <TextInput
              label={t.name}
              autoComplete="off"
              value={draft.name}
              onChange={(event) => change({ name: event.currentTarget.value })}
              error={faulty(asked, 'name') ? t.nameWrong : undefined}
            />
            <RoleSelect value={draft.role} onChange={(role) => change({ role })} />
            <PasswordField
              label={t.password}
              description={t.passwordHelp(minimum)}
              autoComplete="new-password"
              value={draft.password}
              onChange={(event) => change({ password: event.currentTarget.value })}
              error={faulty(asked, 'password') ? t.passwordWrong(minimum) : undefined}
            />
          </>
        )}
      </ResourceForm>
    </>
  );
}
