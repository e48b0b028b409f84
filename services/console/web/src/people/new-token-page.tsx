import { Alert, Button, Checkbox, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Scope } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { CopyText } from '../elements/copy-text.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { useMessages } from '../language/language.tsx';
import { useSession } from '../session/session.tsx';
import { peopleMessages } from './messages.ts';
import { addToken, type MadeToken } from './people-api.ts';
import { isPersonName } from './read-person.ts';
import { placeholderIn, scopesOf, tokenExample } from './token-scopes.ts';

const LIFETIMES_DAYS = [7, 30, 90, 365] as const;
const DAY_MS = 86_400_000;
const NO_TOKEN: { readonly name: string; readonly scopes: readonly Scope[]; readonly days: string } = {
  ...{ name: '', scopes: [], days: '90' },
};

/** Makes a token, and shows it once. */
export function NewTokenPage() {
  const t = useMessages(peopleMessages);
  const [made, setMade] = useState<MadeToken | null>(null);
  return (
    <>
      <PageTitle title={t.newTokenTitle} note={t.tokensNote} />
      {made === null ? <TokenForm done={setMade} /> : <Made token={made} />}
    </>
  );
}

function TokenForm({ done }: { readonly done: (made: MadeToken) => void }) {
  const t = useMessages(peopleMessages);
  const api = useApi();
  const { rights } = useSession();
  const { draft, change, changed } = useDraft(NO_TOKEN);
  const { name, scopes, days } = draft;
  const add = useMutation({
    mutationFn: () => {
      const expires_at = new Date(Date.now() + Number(days) * DAY_MS).toISOString();
      return addToken(api, { name: name.trim(), scopes, expires_at });
    },
    onSuccess: done,
  });
  return (
    <ResourceForm
      action={t.addToken}
      busy={add.isPending}
      error={add.error}
      changed={changed}
      cancel="/tokens"
      width={640}
      submit={() => {
        if (isPersonName(name) && scopes.length > 0) add.mutate();
      }}
    >
      {(asked) => (
        <>
          <TextInput
            label={t.tokenName}
            value={name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            error={asked && !isPersonName(name) ? t.nameWrong : undefined}
          />
          <Checkbox.Group
            label={t.scopes}
            description={t.scopesHelp}
            value={[...scopes]}
            onChange={(chosen) => change({ scopes: scopesOf(rights).filter((scope) => chosen.includes(scope)) })}
            error={asked && scopes.length === 0 ? t.scopesWrong : undefined}
          >
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" my="xs">
              {scopesOf(rights).map((scope) => (
                <Checkbox key={scope} value={scope} label={scope} />
              ))}
            </SimpleGrid>
          </Checkbox.Group>
          <NativeSelect
            label={t.lifetime}
            value={days}
            onChange={(event) => change({ days: event.currentTarget.value })}
            data={LIFETIMES_DAYS.map((one) => ({ value: String(one), label: t.days(one) }))}
          />
        </>
      )}
    </ResourceForm>
  );
}

function Made({ token: { name, token, scopes } }: { readonly token: MadeToken }) {
  const t = useMessages(peopleMessages);
  const line = tokenExample(window.location.origin, token, scopes);
  const placeholder = line === null ? null : placeholderIn(line);
  return (
    <Alert color="green" title={t.tokenMade(name)} role="status">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t.tokenOnce}</Text>
        <CopyText label={t.token} text={token} />
        {line === null ? null : (
          <>
            <Text size="sm">
              {t.tokenUse}:{' '}
              {placeholder === null ? null : placeholder === 'ada' ? t.tokenReplaceUser : t.tokenReplaceProfile}
            </Text>
            <CopyText label={t.tokenUse} text={line} />
          </>
        )}
        <Button component={Link} to="/tokens">
          {t.toTokens}
        </Button>
      </Stack>
    </Alert>
  );
}
