import { type ProblemError, problem } from '@hilo/service';
import { type PasswordOwner, passwordFault } from '../domain/password-strength.ts';

/** Throws a problem where a password is easy to guess. Wherever one is chosen, this or `weakPassword` answers. */
export function needStrong(password: string, owner: PasswordOwner, field: string): void {
  const fault = passwordFault(password, owner);
  if (fault !== null) throw weakPassword(fault, field);
}

/** The answer where a password is easy to guess. */
export function weakPassword(fault: string, field: string): ProblemError {
  return problem('weak_password', fault, { field });
}
