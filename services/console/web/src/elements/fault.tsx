import { Alert, Button, Stack, Text } from '@mantine/core';
import { ApiError, type ApiFault } from '../api/api-error.ts';
import { useMessages } from '../language/language.tsx';
import { faultWords } from './fault-words.ts';
import { elementMessages } from './messages.ts';

/** An error that is none of the API's is a fault of ours. */
const BROKEN: ApiFault = { kind: 'refused', status: 500, code: '', detail: '', field: null };

/** Says what went wrong and what helps; `retry` adds a button. */
export function Fault({ error, retry }: { readonly error: Error; readonly retry?: () => void }) {
  const t = useMessages(elementMessages);
  const { title, help, detail } = faultWords(error instanceof ApiError ? error.fault : BROKEN, t);
  return (
    <Alert color="red" title={title} role="alert">
      <Stack gap="xs" align="flex-start">
        {detail === null ? null : <Text size="sm">{detail}</Text>}
        <Text size="sm">{help}</Text>
        {retry === undefined ? null : (
          <Button size="xs" variant="default" onClick={retry}>
            {t.tryAgain}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
