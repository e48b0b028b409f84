import { codeOf } from '../api/api-error.ts';
import { PasswordField } from '../elements/password-field.tsx';
import { useMessages } from '../language/language.tsx';
import { newPasswordMessages } from './messages.ts';
import { isPasswordLength, PASSWORD_CHARACTERS } from './password-length.ts';

interface NewPasswordFieldProps {
  readonly value: string;
  /** Somebody tried to save, so a length that is wrong is marked. */
  readonly asked: boolean;
  /** Why it could not be saved. */
  readonly error: Error | null;
  onChange(password: string): void;
}

/** Chooses a password: says what makes a good one, and what is wrong with this one. */
export function NewPasswordField({ value, asked, error, onChange }: NewPasswordFieldProps) {
  const t = useMessages(newPasswordMessages);
  const { minimum, maximum } = PASSWORD_CHARACTERS;
  const wrongLength = value.length > maximum ? t.tooLong(maximum) : t.tooShort(minimum);
  const refused = isRefusedPassword(error) ? (codeOf(error) === 'weak_password' ? t.weak : t.same) : undefined;
  return (
    <PasswordField
      label={t.newPassword}
      description={t.help(minimum)}
      autoComplete="new-password"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={asked && !isPasswordLength(value) ? wrongLength : refused}
    />
  );
}

/** Whether the console refused the new password itself: then its field says why. */
export function isRefusedPassword(error: Error | null): boolean {
  return ['weak_password', 'same_password'].includes(codeOf(error));
}
