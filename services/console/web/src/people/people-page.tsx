import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { usePages } from '../api/use-pages.ts';
import { Empty } from '../elements/empty.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { PagedList } from '../elements/paged-list.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { shellMessages } from '../shell/messages.ts';
import { EditPerson } from './edit-person.tsx';
import { peopleMessages } from './messages.ts';
import { readPeople } from './people-api.ts';

/** Who may sign in. */
export function Component() {
  const t = useMessages(peopleMessages);
  const role_names = useMessages(shellMessages);
  const formats = useFormats();
  const api = useApi();
  const pages = usePages({ name: ['people'], read: (cursor, signal) => readPeople(api, cursor, signal) });
  const add = (
    <Button component={Link} to="/people/new">
      {t.add}
    </Button>
  );
  return (
    <>
      <PageTitle title={t.title} note={t.note}>
        {add}
      </PageTitle>
      <PagedList
        pages={pages}
        empty={
          <Empty title={t.none} action={add}>
            {t.noneHelp}
          </Empty>
        }
      >
        {(items) => (
          <ListTable
            caption={t.caption}
            items={items}
            keyOf={({ email }) => email}
            columns={[
              { key: 'email', label: t.email, cell: ({ email }) => email },
              { key: 'name', label: t.name, cell: ({ name }) => name },
              { key: 'role', label: t.role, cell: ({ role }) => role_names[role] },
              {
                key: 'state',
                label: t.state,
                cell: ({ disabled }) => (
                  <StateMark mood={disabled ? 'idle' : 'good'}>{disabled ? t.disabled : t.active}</StateMark>
                ),
              },
              { key: 'changed', label: t.changed, cell: ({ updatedAt }) => formats.time(updatedAt) },
            ]}
            details={(person) => <EditPerson person={person} />}
          />
        )}
      </PagedList>
    </>
  );
}
