import { useApi } from '../api/api-context.tsx';
import { useList } from '../api/use-list.ts';
import { elementMessages } from '../elements/messages.ts';
import { ResourceListPage } from '../elements/resource-list.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { EditPerson } from './edit-person.tsx';
import { peopleMessages } from './messages.ts';
import { type Person, readPeople } from './people-api.ts';

/** Who may sign in. */
export function PeoplePage() {
  const t = useMessages(peopleMessages);
  const roles = useMessages(elementMessages);
  const formats = useFormats();
  const api = useApi();
  const list = useList({
    name: ['people'],
    read: (cursor, signal) => readPeople(api, cursor, signal),
    textOf: ({ email, name, role }) => `${email} ${name} ${roles[role]}`,
    sorts: {
      email: ({ email }) => email,
      name: ({ name }) => name,
      role: ({ role }) => roles[role],
      state: ({ disabled, signs_in_by }) => (disabled ? 2 : Number(signs_in_by === 'invitation')),
      changed: ({ updated_at }) => updated_at,
    },
  });
  return (
    <ResourceListPage
      title={t.title}
      note={t.note}
      caption={t.caption}
      list={list}
      keyOf={({ id }) => id}
      create={{ label: t.add, to: '/people/new' }}
      empty={{ title: t.none, help: t.noneHelp }}
      columns={[
        { key: 'email', label: t.email, code: true, cell: ({ email }) => email },
        { key: 'name', label: t.name, cell: ({ name }) => name },
        { key: 'role', label: t.role, cell: ({ role }) => roles[role] },
        { key: 'state', label: t.state, cell: (person) => <PersonState person={person} /> },
        { key: 'way', label: t.signInBy, cell: (person) => <PersonWay person={person} /> },
        { key: 'changed', label: t.changed, cell: ({ updated_at }) => formats.time(updated_at) },
      ]}
      details={(person) => <EditPerson person={person} />}
    />
  );
}

function PersonState({ person: { disabled, signs_in_by } }: { readonly person: Person }) {
  const t = useMessages(peopleMessages);
  if (disabled) return <StateMark mood="idle">{t.disabled}</StateMark>;
  if (signs_in_by === 'invitation') return <StateMark mood="waiting">{t.invited}</StateMark>;
  return <StateMark mood="good">{t.active}</StateMark>;
}

function PersonWay({ person: { signs_in_by, second_factor } }: { readonly person: Person }) {
  const t = useMessages(peopleMessages);
  if (signs_in_by === 'invitation') return '–';
  if (signs_in_by === 'openid') return t.byOpenid;
  return second_factor === 'none' ? t.byPassword : t.byPasswordAndCode;
}
