import { useMutation } from '@tanstack/react-query';
import { statusOf } from '../api/api-error.ts';
import { useApi } from '../api/api-context.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { PasswordField } from '../elements/password-field.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { useMessages } from '../language/language.tsx';
import { peopleMessages } from './messages.ts';
import { changePassword, PASSWORD_CHARACTERS } from './people-api.ts';
import { isPassword } from './read-person.ts';

const EMPTY = { current: '', next: '' };

/** Changes one's own password. */
export function AccountPage() {
  const t = useMessages(peopleMessages);
  const api = useApi();
  const { draft, change, changed } = useDraft(EMPTY);
  const { current, next } = draft;
  const save = useMutation({
    mutationFn: () => changePassword(api, current, next),
    onSuccess: () => change(EMPTY),
  });
  const wrong = statusOf(save.error) === 403;
  return (
    <>
      <PageTitle title={t.accountTitle} note={t.accountNote} />
      <ResourceForm
        action={t.save}
        busy={save.isPending}
        error={wrong ? null : save.error}
        changed={changed}
        saved={save.isSuccess ? t.passwordChanged : null}
        width={400}
        submit={() => {
          if (current !== '' && isPassword(next)) save.mutate();
        }}
      >
        {(asked) => (
          <>
            <PasswordField
              label={t.current}
              autoComplete="current-password"
              value={current}
              onChange={(event) => change({ current: event.currentTarget.value })}
              error={wrong || (asked && current === '') ? t.currentWrong : undefined}
            />
            <PasswordField
              label={t.newPassword}
              autoComplete="new-password"
              value={next}
              onChange={(event) => change({ next: event.currentTarget.value })}
              error={asked && !isPassword(next) ? t.passwordWrong(PASSWORD_CHARACTERS.minimum) : undefined}
            />
          </>
        )}
      </ResourceForm>
    </>
  );
}
