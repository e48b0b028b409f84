import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { forgetSession } from './session.tsx';

/** Signs out; then nobody is signed in with this browser. */
export function useSignOut() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({ mutationFn: () => api.signOut(), onSuccess: () => forgetSession(queries) });
}
