import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { codeOf } from '../api/api-error.ts';
import { useApi } from '../api/api-context.tsx';
import { useMessages } from '../language/language.tsx';
import { OPENID_PATH } from '../session/openid-path.ts';
import { useSession } from '../session/session.tsx';
import { Fault } from './fault.tsx';
import { elementMessages } from './messages.ts';
import { PasswordField } from './password-field.tsx';

/** Takes what became of the question: whether the person has shown that it is still them. */
type Answered = (isConfirmed: boolean) => void;

/** Asks for the password again where a call wants to know that it is still the same person; the call then goes on. */
export function ConfirmPerson() {
  const t = useMessages(elementMessages);
  const api = useApi();
  const { user } = useSession();
  const [answered, setAnswered] = useState<Answered | null>(null);
  useEffect(() => api.confirmBy(() => new Promise((resolve) => setAnswered(() => resolve))), [api]);
  if (answered === null) return null;
  const answer = (isConfirmed: boolean): void => {
    setAnswered(null);
    answered(isConfirmed);
  };
  return (
    <Modal
      opened
      onClose={() => answer(false)}
      title={t.confirmTitle}
      closeButtonProps={{ 'aria-label': t.close }}
      zIndex={1000}
    >
      {user.signs_in_by === 'openid' ? (
        <Stack gap="md" align="flex-start">
          <Text>{t.confirmOpenid}</Text>
          <Button component="a" href={OPENID_PATH} data-autofocus>
            {t.confirmAgain}
          </Button>
        </Stack>
      ) : (
        <ConfirmForm confirmed={() => answer(true)} />
      )}
    </Modal>
  );
}

function ConfirmForm({ confirmed }: { readonly confirmed: () => void }) {
  const t = useMessages(elementMessages);
  const api = useApi();
  const needsCode = useSession().second_factor !== 'none';
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [asked, setAsked] = useState(false);
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => api.confirm({ password, ...(needsCode ? { code: code.trim() } : {}) }),
    onSuccess: confirmed,
  });
  const isPasswordWrong = codeOf(error) === 'wrong_password';
  const isCodeWrong = codeOf(error) === 'invalid_code';
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (password !== '' && (!needsCode || code.trim() !== '')) mutate();
  };
  return (
    <form onSubmit={ask} noValidate>
      <Stack gap="md">
        {error === null || isPasswordWrong || isCodeWrong ? null : <Fault error={error} />}
        <Text>{t.confirmNote}</Text>
        <PasswordField
          label={t.yourPassword}
          autoComplete="current-password"
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={isPasswordWrong || (asked && password === '') ? t.passwordWrong : undefined}
        />
        {needsCode ? (
          <TextInput
            label={t.code}
            description={t.codeHelp}
            autoComplete="one-time-code"
            spellCheck={false}
            maxLength={64}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            error={isCodeWrong || (asked && code.trim() === '') ? t.codeWrong : undefined}
          />
        ) : null}
        <Button type="submit" loading={isPending}>
          {t.continue}
        </Button>
      </Stack>
    </form>
  );
}
