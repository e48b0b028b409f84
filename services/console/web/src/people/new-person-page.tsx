import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { statusOf } from '../api/api-error.ts';
import { useApi } from '../api/api-context.tsx';
import { Fault } from '../elements/fault.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { RoleSelect } from './edit-person.tsx';
import { peopleMessages } from './messages.ts';
import { addPerson, type NewPerson, PASSWORD_CHARACTERS } from './people-api.ts';
import { type PersonField, personFaults } from './read-person.ts';

/** Lets somebody new sign in. */
export function Component() {
  const t = useMessages(peopleMessages);
  const formats = useFormats();
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState<NewPerson>({ email: '', name: '', role: 'viewer', password: '' });
  const [asked, setAsked] = useState(false);
  const add = useMutation({
    mutationFn: (person: NewPerson) => addPerson(api, person),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['people'] });
      await navigate('/people');
    },
  });
  const change = (part: Partial<NewPerson>) => setDraft({ ...draft, ...part });
  const faults = personFaults(draft);
  const faulty = (field: PersonField) => asked && faults.has(field);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (faults.size === 0) add.mutate({ ...draft, email: draft.email.trim(), name: draft.name.trim() });
  };
  const taken = statusOf(add.error) === 409;
  const minimum = formats.count(PASSWORD_CHARACTERS.minimum);
  return (
    <>
      <PageTitle title={t.newTitle} note={t.note} />
      <form onSubmit={submit} noValidate>
        <Stack gap="md" maw={480}>
          {add.error === null ? null : <Fault error={add.error} />}
          <TextInput
            label={t.email}
            type="email"
            autoComplete="off"
            value={draft.email}
            onChange={(event) => change({ email: event.currentTarget.value })}
            error={faulty('email') ? t.emailWrong : taken ? t.emailTaken : undefined}
          />
          <TextInput
            label={t.name}
            autoComplete="off"
            value={draft.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            error={faulty('name') ? t.nameWrong : undefined}
          />
          <RoleSelect value={draft.role} onChange={(role) => change({ role })} />
          <PasswordInput
            label={t.password}
            description={t.passwordHelp(minimum)}
            autoComplete="new-password"
            value={draft.password}
            onChange={(event) => change({ password: event.currentTarget.value })}
            visibilityToggleButtonProps={{ 'aria-label': t.showPassword }}
            error={faulty('password') ? t.passwordWrong(minimum) : undefined}
          />
          <Group>
            <Button type="submit" loading={add.isPending}>
              {t.saveNew}
            </Button>
            <Button variant="default" component={Link} to="/people">
              {t.cancel}
            </Button>
          </Group>
        </Stack>
      </form>
    </>
  );
}
