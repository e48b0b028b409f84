import { Anchor, Button, Group, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { codeOf } from '../api/api-error.ts';
import { useMessages } from '../language/language.tsx';
import { SignInFault } from './credentials-form.tsx';
import { signInMessages } from './messages.ts';

interface CodeFormProps {
  readonly busy: boolean;
  /** Why nobody was signed in. */
  readonly error: Error | null;
  /** Forgets why. */
  forget(): void;
  /** On the button that goes back. */
  readonly backLabel?: string;
  /** Goes back to the password, or to the beginning. */
  back(): void;
  submit(code: string): void;
}

/** Asks for the code of the second step: from the app, or one of the recovery codes. */
export function CodeForm({ busy, error, forget, backLabel, back, submit }: CodeFormProps) {
  const t = useMessages(signInMessages);
  const [code, setCode] = useState('');
  const [isRecovery, setIsRecovery] = useState(false);
  const [asked, setAsked] = useState(false);
  const isWrong = codeOf(error) === 'invalid_code';
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (code.trim() !== '') submit(code.trim());
  };
  const wrong = isRecovery ? t.recoveryWrong : t.codeWrong;
  return (
    <form onSubmit={ask} noValidate>
      <Stack gap="md">
        {error === null || isWrong ? null : <SignInFault error={error} />}
        <TextInput
          key={String(isRecovery)}
          label={isRecovery ? t.recoveryCode : t.code}
          description={isRecovery ? t.recoveryHelp : t.codeHelp}
          inputMode={isRecovery ? 'text' : 'numeric'}
          autoComplete={isRecovery ? 'off' : 'one-time-code'}
          spellCheck={false}
          autoFocus
          maxLength={64}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={asked && code.trim() === '' ? t.needCode : isWrong ? wrong : undefined}
        />
        <Group>
          <Button type="submit" loading={busy}>
            {t.continue}
          </Button>
          <Button variant="default" onClick={back}>
            {backLabel ?? t.back}
          </Button>
        </Group>
        <Anchor
          component="button"
          type="button"
          ta="start"
          onClick={() => {
            setCode('');
            setAsked(false);
            forget();
            setIsRecovery(!isRecovery);
          }}
        >
          {isRecovery ? t.useApp : t.useRecovery}
        </Anchor>
      </Stack>
    </form>
  );
}
