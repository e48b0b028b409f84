import { codeOf } from '../api/api-error.ts';
import { PasswordField } from '../elements/password-field.tsx';
import { useMessages } from '../language/language.tsx';
import { newPasswordMessages } from './messages.ts';
import { isRefusedPassword, NewPasswordField } from './new-password-field.tsx';
import { isPasswordLength } from './password-length.ts';

/** The password somebody has, and the one to replace it. */
export interface PasswordChange {
  readonly current: string;
  readonly next: string;
}

interface PasswordChangeFieldsProps {
  readonly draft: PasswordChange;
  /** Somebody tried to save, so what is missing is marked. */
  readonly asked: boolean;
  /** Why it could not be saved. */
  readonly error: Error | null;
  change(part: Partial<PasswordChange>): void;
}

/** Asks for one's current password and a new one, and marks the one that the console refused. */
export function PasswordChangeFields({ draft: { current, next }, asked, error, change }: PasswordChangeFieldsProps) {
  const t = useMessages(newPasswordMessages);
  return (
    <>
      <PasswordField
        label={t.current}
        autoComplete="current-password"
        value={current}
        onChange={(event) => change({ current: event.currentTarget.value })}
        error={isWrongPassword(error) || (asked && current === '') ? t.currentWrong : undefined}
      />
      <NewPasswordField value={next} asked={asked} error={error} onChange={(password) => change({ next: password })} />
    </>
  );
}

/** Whether both are filled in, so that they can be sent. */
export function isComplete({ current, next }: PasswordChange): boolean {
  return current !== '' && isPasswordLength(next);
}

/** The error, unless one of the fields says it. */
export function errorBesideFields(error: Error | null): Error | null {
  return isWrongPassword(error) || isRefusedPassword(error) ? null : error;
}

function isWrongPassword(error: Error | null): boolean {
  return codeOf(error) === 'wrong_password';
}
