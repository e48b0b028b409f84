import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { usePages } from '../api/use-pages.ts';
import { Confirm } from '../elements/confirm.tsx';
import { Empty } from '../elements/empty.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { PagedList } from '../elements/paged-list.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { peopleMessages } from './messages.ts';
import { type ApiToken, readTokens, removeToken } from './people-api.ts';

/** Tokens for programs. */
export function Component() {
  const t = useMessages(peopleMessages);
  const formats = useFormats();
  const api = useApi();
  const pages = usePages({ name: ['tokens'], read: (cursor, signal) => readTokens(api, cursor, signal) });
  const add = (
    <Button component={Link} to="/tokens/new">
      {t.addToken}
    </Button>
  );
  return (
    <>
      <PageTitle title={t.tokensTitle} note={t.tokensNote}>
        {add}
      </PageTitle>
      <PagedList
        pages={pages}
        empty={
          <Empty title={t.noTokens} action={add}>
            {t.noTokensHelp}
          </Empty>
        }
      >
        {(items) => (
          <ListTable
            caption={t.tokensCaption}
            items={items}
            keyOf={({ id }) => id}
            columns={[
              { key: 'name', label: t.tokenName, cell: ({ name }) => name },
              { key: 'scopes', label: t.scopes, cell: ({ scopes }) => formats.list(scopes) },
              { key: 'owner', label: t.owner, cell: ({ owner }) => owner },
              {
                key: 'expires',
                label: t.expires,
                cell: ({ expiresAt }) => (Date.parse(expiresAt) <= Date.now() ? t.expired : formats.time(expiresAt)),
              },
              {
                key: 'used',
                label: t.lastUsed,
                cell: ({ lastUsedAt }) => (lastUsedAt === null ? t.never : formats.ago(lastUsedAt, Date.now())),
              },
              { key: 'remove', label: t.remove, align: 'end', cell: (token) => <RemoveToken token={token} /> },
            ]}
          />
        )}
      </PagedList>
    </>
  );
}

function RemoveToken({ token: { id, name } }: { readonly token: ApiToken }) {
  const t = useMessages(peopleMessages);
  const api = useApi();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeToken(api, id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
  return (
    <Confirm
      size="xs"
      label={t.remove}
      title={t.removeTokenTitle}
      error={remove.error}
      busy={remove.isPending}
      act={() => remove.mutate()}
    >
      {t.removeTokenText(name)}
    </Confirm>
  );
}
