import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { statusOf } from '../api/api-error.ts';
import { useApi } from '../api/api-context.tsx';
import { Fault } from '../elements/fault.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { peopleMessages } from './messages.ts';
import { changePassword, PASSWORD_CHARACTERS } from './people-api.ts';
import { isPassword } from './read-person.ts';

/** Changes one's own password. */
export function Component() {
  const t = useMessages(peopleMessages);
  const formats = useFormats();
  const api = useApi();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [asked, setAsked] = useState(false);
  const change = useMutation({
    mutationFn: () => changePassword(api, current, next),
    onSuccess: () => {
      setCurrent('');
      setNext('');
      setAsked(false);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (current !== '' && isPassword(next)) change.mutate();
  };
  const wrong = statusOf(change.error) === 403;
  const minimum = formats.count(PASSWORD_CHARACTERS.minimum);
  return (
    <>
      <PageTitle title={t.accountTitle} note={t.accountNote} />
      <form onSubmit={submit} noValidate>
        <Stack gap="md" maw={400} align="stretch">
          {change.error === null || wrong ? null : <Fault error={change.error} />}
          <PasswordInput
            label={t.current}
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t.showPassword }}
            error={wrong || (asked && current === '') ? t.currentWrong : undefined}
          />
          <PasswordInput
            label={t.newPassword}
            autoComplete="new-password"
            value={next}
            onChange={(event) => setNext(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t.showPassword }}
            error={asked && !isPassword(next) ? t.passwordWrong(minimum) : undefined}
          />
          <Button type="submit" loading={change.isPending}>
            {t.save}
          </Button>
          <Text role="status">{change.isSuccess ? t.passwordChanged : ''}</Text>
        </Stack>
      </form>
    </>
  );
}
