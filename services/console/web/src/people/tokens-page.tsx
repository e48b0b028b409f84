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
      expires: ({ expiresAt }) => expiresAt,
      used: ({ lastUsedAt }) => lastUsedAt,
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
