import { Anchor, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { codeOf } from '../api/api-error.ts';
import { useApi } from '../api/api-context.tsx';
import { CopyText } from '../elements/copy-text.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { useMessages } from '../language/language.tsx';
import { confirmSecondFactor, type SecondFactorSecret } from './account-api.ts';
import { accountMessages } from './messages.ts';
import { QrCode } from './qr-code.tsx';

interface ConfirmSecondFactorProps {
  readonly secret: SecondFactorSecret;
  cancel(): void;
  /** Two-step verification is on, with these recovery codes. */
  done(codes: readonly string[]): void;
}

/** Shows the key to an authenticator app, and asks for a first code to see that it has arrived. */
export function ConfirmSecondFactor({ secret: { secret, otpauth_url }, cancel, done }: ConfirmSecondFactorProps) {
  const t = useMessages(accountMessages);
  const api = useApi();
  const { draft, change } = useDraft({ code: '' });
  const code = draft.code.replaceAll(/\s/g, '');
  const confirm = useMutation({ mutationFn: () => confirmSecondFactor(api, code), onSuccess: done });
  const isWrong = codeOf(confirm.error) === 'invalid_code';
  const isOver = codeOf(confirm.error) === 'not_begun';
  return (
    <Stack gap="md" align="flex-start" w="100%">
      <Text>{t.scan}</Text>
      <QrCode text={otpauth_url} label={t.picture} />
      <CopyText label={t.key} text={secret.replaceAll(/(.{4})(?=.)/g, '$1 ')} />
      <Anchor href={otpauth_url} size="sm" hiddenFrom="sm">
        {t.openApp}
      </Anchor>
      <ResourceForm
        action={t.confirm}
        busy={confirm.isPending}
        error={isWrong || isOver ? null : confirm.error}
        changed={false}
        cancel={cancel}
        width={400}
        submit={() => {
          if (code !== '') confirm.mutate();
        }}
      >
        {(asked) => (
          <TextInput
            label={t.code}
            description={t.codeHelp}
            inputMode="numeric"
            autoComplete="one-time-code"
            autoFocus
            maxLength={16}
            value={draft.code}
            onChange={(event) => change({ code: event.currentTarget.value })}
            error={isOver ? t.setUpOver : isWrong || (asked && code === '') ? t.codeWrong : undefined}
          />
        )}
      </ResourceForm>
    </Stack>
  );
}
