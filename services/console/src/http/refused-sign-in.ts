import { type ProblemError, problem } from '@hilo/service';
import type { Refused } from '../password-check.ts';

/** The answer to somebody who is not let in. It does not say whether an address is known. */
export function refusedSignIn(refused: Refused): ProblemError {
  switch (refused.kind) {
    case 'invalid_credentials':
      return problem(refused.kind, 'There is nobody with this address and password.');
    case 'second_factor_required':
      return problem(refused.kind, 'Send the code of your authenticator app, too.', { field: 'code' });
    case 'invalid_code':
      return problem(refused.kind, 'This code is wrong, too old, or was used before. Wait for the next one.', {
        field: 'code',
      });
    case 'too_many_attempts':
      return problem(refused.kind, 'Too many attempts. Wait a little, then try again.', {
        headers: { 'retry-after': String(refused.retryAfterS) },
      });
  }
}
