import { Alert, Button, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { CopyText } from '../elements/copy-text.tsx';
import { ResourcePage } from '../elements/resource-page.tsx';
import { useLanguage, useMessages } from '../language/language.tsx';
import { addDestination, type Destination, type DestinationInput, type DestinationType } from './destination-api.ts';
import { DestinationForm } from './destination-form.tsx';
import { destinationMessages } from './messages.ts';
import { typeWords } from './type-words.ts';
import { useTypes } from './use-types.ts';

/** Adds a destination, and shows its secrets once. */
export function NewDestinationPage() {
  const t = useMessages(destinationMessages);
  const api = useApi();
  const queries = useQueryClient();
  const types = useTypes();
  const save = useMutation({
    mutationFn: ({ key, input }: { key: string; input: DestinationInput }) => addDestination(api, key, input),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['destinations'] }),
  });
  return (
    <ResourcePage query={types} title={t.newTitle} note={t.note}>
      {([first, ...others]) => {
        if (save.data !== undefined)
          return (
            <Created destination={save.data} type={[first, ...others].find((type) => type?.key === save.data.type)} />
          );
        if (first === undefined) return null;
        return (
          <DestinationForm
            types={[first, ...others]}
            existing={null}
            error={save.error}
            busy={save.isPending}
            saved={false}
            save={(key, input) => save.mutate({ key, input })}
          />
        );
      }}
    </ResourcePage>
  );
}

interface CreatedProps {
  readonly destination: Destination;
  readonly type: DestinationType | undefined;
}

function Created({ destination: { key, settings }, type }: CreatedProps) {
  const t = useMessages(destinationMessages);
  const { language } = useLanguage();
  const words = type === undefined ? undefined : typeWords(type, language);
  const secrets = Object.entries(type?.fields.properties ?? {}).flatMap(([name, { writeOnly }]) => {
    const value = settings[name];
    return writeOnly === true && typeof value === 'string' ? [[name, value] as const] : [];
  });
  return (
    <Alert color="green" title={t.made(key)} role="status">
      <Stack gap="sm" align="flex-start">
        {secrets.length === 0 ? null : <Text size="sm">{t.secretOnce}</Text>}
        {secrets.map(([name, value]) => (
          <Stack key={name} gap="xs" w="100%">
            <CopyText label={words?.fields[name]?.title ?? name} text={value} />
            <Text size="sm">{words?.fields[name]?.description}</Text>
          </Stack>
        ))}
        <Button component={Link} to={pathOf`/destinations/${key}`}>
          {t.toDestination}
        </Button>
      </Stack>
    </Alert>
  );
}
