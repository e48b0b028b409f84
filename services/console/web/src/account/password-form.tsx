import { Checkbox, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { useMessages } from '../language/language.tsx';
import { errorBesideFields, isComplete, PasswordChangeFields } from '../new-password/password-change-fields.tsx';
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
  const save = useMutation({
    mutationFn: () => api.changePassword(draft),
    onSuccess: (signedIn) => {
      change(EMPTY);
      queries.setQueryData(SESSION, signedIn);
      return queries.invalidateQueries({ queryKey: OWN_SESSIONS });
    },
  });
  return (
    <>
      <Text c="dimmed" mb="sm">
        {t.passwordNote}
      </Text>
      <ResourceForm
        action={t.save}
        busy={save.isPending}
        error={errorBesideFields(save.error)}
        changed={changed}
        saved={save.isSuccess ? t.passwordChanged : null}
        width={400}
        submit={() => {
          if (isComplete(draft)) save.mutate();
        }}
      >
        {(asked) => (
          <>
            <PasswordChangeFields draft={draft} asked={asked} error={save.error} change={change} />
            <Checkbox
              label={t.revokeTokens}
              checked={draft.revoke_tokens}
              onChange={(event) => change({ revoke_tokens: event.currentTarget.checked })}
            />
          </>
        )}
      </ResourceForm>
    </>
  );
}
