import { Alert, Button, Stack, Text } from '@mantine/core';
import { CopyText } from '../elements/copy-text.tsx';
import { useUnsaved } from '../elements/unsaved.tsx';
import { useMessages } from '../language/language.tsx';
import { accountMessages } from './messages.ts';

/** Shows the recovery codes, once: leaving the page asks first. */
export function RecoveryCodes({ codes, done }: { readonly codes: readonly string[]; readonly done: () => void }) {
  const t = useMessages(accountMessages);
  useUnsaved(true);
  return (
    <Alert color="green" title={t.recoveryTitle} role="status" maw={640}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t.recoveryNote}</Text>
        <CopyText label={t.recoveryCodes} text={codes.join('\n')} />
        <Button onClick={done}>{t.stored}</Button>
      </Stack>
    </Alert>
  );
}
