import type { Person } from './person.ts';

/**
 * What a session needs before anything else, in this order. Each is the code with which every other call is refused: somebody
 * else knows the password; a second factor is compulsory and the person has none; or they have one, and have not shown it in this
 * session, which their identity provider began.
 */
export const FIRST_STEPS = [
  'password_change_required',
  'second_factor_setup_required',
  'second_factor_code_required',
] as const;

/** One of them. */
export type FirstStep = (typeof FIRST_STEPS)[number];

/** What of a session decides on its first step. */
export interface Begun {
  readonly person: Pick<Person, 'must_change_password' | 'second_factor'>;
  /** Hilo's, or the one of the identity provider. */
  readonly isSecondFactorShown: boolean;
}

/** What a session needs before anything else; null: nothing. `isCompulsory`: nobody goes on without a second factor. */
export function firstStepOf({ person, isSecondFactorShown }: Begun, isCompulsory: boolean): FirstStep | null {
  if (person.must_change_password) return 'password_change_required';
  if (!isCompulsory || isSecondFactorShown) return null;
  return person.second_factor === 'none' ? 'second_factor_setup_required' : 'second_factor_code_required';
}
