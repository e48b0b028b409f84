import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useMessages } from '../language/language.tsx';
import { elementMessages } from './messages.ts';

/** A field for a password or another secret, which can be shown while it is typed. */
export function PasswordField(field: PasswordInputProps) {
  const t = useMessages(elementMessages);
  return <PasswordInput {...field} visibilityToggleButtonProps={{ 'aria-label': t.showPassword }} />;
}
