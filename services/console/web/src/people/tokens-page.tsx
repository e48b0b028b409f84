import { useApi } from '../api/api-context.tsx';
import { useList } from '../api/use-list.ts';
import { RemoveButton } from '../elements/remove-button.tsx';
import { ResourceListPage } from '../elements/resource-list.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { peopleMessages } from './messages.ts';
import { type ApiToken, readTokens, removeToken } from './people-api.ts';

/** Tokens for programs. */
export function TokensPage() {
  const t = useMessages(peopleMessages);
  const formats = useFormats();
  const api = useApi();
  const list = useList({
    name: ['tokens'],
    read: (cursor, signal) => readTokens(api, cursor, signal),
    textOf: ({ name, owner, scopes }) => `${name} ${owner} ${scopes.join(' ')}`,
    sorts: {
      name: ({ name }) => name,
      owner: ({ owner }) => owner,
      expires: ({ expires_at }) => expires_at,
      used: ({ last_used_at }) => last_used_at,
    },
  });
  return (
    <ResourceListPage
      title={t.tokensTitle}
      note={t.tokensNote}
      caption={t.tokensCaption}
      list={list}
      keyOf={({ id }) => id}
      create={{ label: t.addToken, to: '/tokens/new' }}
      empty={{ title: t.noTokens, help: t.noTokensHelp }}
      columns={[
        { key: 'name', label: t.tokenName, cell: ({ name }) => name },
        { key: 'scopes', label: t.scopes, code: true, cell: ({ scopes }) => formats.list(scopes) },
        { key: 'owner', label: t.owner, code: true, cell: ({ owner }) => owner },
        {
          key: 'expires',
          label: t.expires,
          cell: ({ expires_at }) => (Date.parse(expires_at) <= Date.now() ? t.expired : formats.time(expires_at)),
        },
        {
          key: 'used',
          label: t.lastUsed,
          cell: ({ last_used_at }) => (last_used_at === null ? t.never : formats.ago(last_used_at, Date.now())),
        },
        { key: 'remove', label: t.remove, align: 'end', cell: (token) => <RemoveToken token={token} /> },
      ]}
    />
  );
}

function RemoveToken({ token: { id, name } }: { readonly token: ApiToken }) {
  const t = useMessages(peopleMessages);
  const api = useApi();
  return (
    <RemoveButton
      size="xs"
      label={t.remove}
      title={t.removeTokenTitle}
      list={['tokens']}
      remove={() => removeToken(api, id)}
    >
      {t.removeTokenText(name)}
    </RemoveButton>
  );
}
