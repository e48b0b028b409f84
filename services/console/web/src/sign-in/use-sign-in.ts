import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { codeOf } from '../api/api-error.ts';
import { useApi } from '../api/api-context.tsx';
import { SESSION } from '../session/session.tsx';
import type { Credentials } from './sign-in-api.ts';

/** Signs somebody in, in one step or two: the console says whether it wants a code besides the password. */
export function useSignIn() {
  const api = useApi();
  const queries = useQueryClient();
  const [needsCode, setNeedsCode] = useState(false);
  const signIn = useMutation({
    mutationFn: (credentials: Credentials) => api.signIn(credentials),
    onSuccess: (signedIn) => queries.setQueryData(SESSION, signedIn),
    onError: (error) => {
      const code = codeOf(error);
      if (code === 'second_factor_required') setNeedsCode(true);
      // The password was changed between the two steps.
      if (code === 'invalid_credentials') setNeedsCode(false);
    },
  });
  // That a code is wanted is the next step, no fault.
  const error = codeOf(signIn.error) === 'second_factor_required' ? null : signIn.error;
  const forget = (): void => signIn.reset();
  const startOver = (): void => {
    setNeedsCode(false);
    forget();
  };
  return { mutate: signIn.mutate, isPending: signIn.isPending, error, forget, needsCode, startOver };
}
