import { Checkbox, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { codeOf } from '../api/api-error.ts';
import { useApi } from '../api/api-context.tsx';
import { PasswordField } from '../elements/password-field.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { useMessages } from '../language/language.tsx';
import { isRefusedPassword, NewPasswordField } from '../new-password/new-password-field.tsx';
import { isPasswordLength } from '../new-password/password-length.ts';
import { SESSION } from '../session/session.tsx';
import { accountMessages } from './messages.ts';
import { OWN_SESSIONS } from './own-sessions.tsx';

const EMPTY = { current: '', next: '', revoke_tokens: false };

/** Changes one's own password. */
export function PasswordForm() {
  const t = useMessages(accountMessages);
  const api = useApi();
  const queries = useQueryClient();
  const { draft, change, changed } = useDraft(EMPTY);
  const { current, next, revoke_tokens } = draft;
  const save = useMutation({
    mutationFn: () => api.changePassword(draft),
    onSuccess: (signedIn) => {
      change(EMPTY);
      queries.setQueryData(SESSION, signedIn);
      return queries.invalidateQueries({ queryKey: OWN_SESSIONS });
    },
  });
  const isWrong = codeOf(save.error) === 'wrong_password';
  return (
    <>
      <Text c="dimmed" mb="sm">
        {t.passwordNote}
      </Text>
      <ResourceForm
        action={t.save}
        busy={save.isPending}
        error={isWrong || isRefusedPassword(save.error) ? null : save.error}
        changed={changed}
        saved={save.isSuccess ? t.passwordChanged : null}
        width={400}
        submit={() => {
          if (current !== '' && isPasswordLength(next)) save.mutate();
        }}
      >
        {(asked) => (
          <>
            <PasswordField
              label={t.current}
              autoComplete="current-password"
              value={current}
              onChange={(event) => change({ current: event.currentTarget.value })}
              error={isWrong || (asked && current === '') ? t.currentWrong : undefined}
            />
            <NewPasswordField
              value={next}
              asked={asked}
              error={save.error}
              onChange={(password) => change({ next: password })}
            />
            <Checkbox
              label={t.revokeTokens}
              checked={revoke_tokens}
              onChange={(event) => change({ revoke_tokens: event.currentTarget.checked })}
            />
          </>
        )}
      </ResourceForm>
    </>
  );
}
