import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { codeOf } from '../api/api-error.ts';
import { useApi } from '../api/api-context.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { useMessages } from '../language/language.tsx';
import { RoleSelect } from './edit-person.tsx';
import { MadeLink } from './made-link.tsx';
import { peopleMessages } from './messages.ts';
import { invitePerson, type NewPerson } from './people-api.ts';
import { type PersonField, personFaults } from './read-person.ts';

/** Somebody who was just invited. */
type Invited = Awaited<ReturnType<typeof invitePerson>>;

const NOBODY: NewPerson = { email: '', name: '', role: 'viewer' };

/** Invites somebody new, and shows the link once. */
export function NewPersonPage() {
  const t = useMessages(peopleMessages);
  const [made, setMade] = useState<Invited | null>(null);
  return (
    <>
      <PageTitle title={t.newTitle} note={t.newNote} />
      {made === null || made.invitation === null ? (
        <InvitationForm done={setMade} />
      ) : (
        <MadeLink title={t.invitationMade(made.email)} label={t.invitationLink} link={made.invitation}>
          <Button component={Link} to="/people">
            {t.done}
          </Button>
        </MadeLink>
      )}
    </>
  );
}

function InvitationForm({ done }: { readonly done: (made: Invited) => void }) {
  const t = useMessages(peopleMessages);
  const api = useApi();
  const queries = useQueryClient();
  const { draft, change, changed } = useDraft(NOBODY);
  const invite = useMutation({
    mutationFn: (person: NewPerson) => invitePerson(api, person),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['people'] });
      done(made);
    },
  });
  const faults = personFaults(draft);
  const faulty = (asked: boolean, field: PersonField) => asked && faults.has(field);
  const taken = codeOf(invite.error) === 'email_taken';
  return (
    <ResourceForm
      action={t.saveNew}
      busy={invite.isPending}
      error={invite.error}
      changed={changed}
      cancel="/people"
      width={480}
      submit={() => {
        if (faults.size === 0) invite.mutate({ ...draft, email: draft.email.trim(), name: draft.name.trim() });
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
        </>
      )}
    </ResourceForm>
  );
}
