import { Alert, Button, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { CopyText } from '../elements/copy-text.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { useMessages } from '../language/language.tsx';
import { addDestination, type Destination, type DestinationInput } from './destination-api.ts';
import { DestinationForm } from './destination-form.tsx';
import { destinationMessages } from './messages.ts';

/** Adds a webhook, and shows its secret once. */
export function NewDestinationPage() {
  const t = useMessages(destinationMessages);
  const api = useApi();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: ({ key, input }: { key: string; input: DestinationInput }) => addDestination(api, key, input),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['destinations'] }),
  });
  return (
    <>
      <PageTitle title={t.newTitle} note={t.note} />
      {save.data === undefined ? (
        <DestinationForm
          existing={null}
          error={save.error}
          busy={save.isPending}
          save={(key, input) => save.mutate({ key, input })}
        />
      ) : (
        <Made destination={save.data} />
      )}
    </>
  );
}

function Made({ destination: { key, secret } }: { readonly destination: Destination }) {
  const t = useMessages(destinationMessages);
  return (
    <Alert color="green" title={t.made(key)} role="status">
      <Stack gap="sm" align="flex-start">
        {secret === undefined ? null : (
          <>
            <Text size="sm">{t.secretOnce}</Text>
            <CopyText label={t.secret} text={secret} />
            <Text size="sm">{t.signature}:</Text>
            <CopyText label={t.signature} text={t.secretUse} />
          </>
        )}
        <Button component={Link} to={pathOf`/destinations/${key}`}>
          {t.toDestination}
        </Button>
      </Stack>
    </Alert>
  );
}
