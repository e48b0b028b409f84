import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { retryDeliveries } from './destination-api.ts';

/** Sends failed deliveries again, and says what became of each of the last time. `done`: the answer is here. */
export function useRetry(done: () => void) {
  const api = useApi();
  const queries = useQueryClient();
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: (ids: readonly string[]) => retryDeliveries(api, ids),
    onSuccess: async () => {
      done();
      await queries.invalidateQueries({ queryKey: ['deliveries'] });
    },
  });
  return { retry: mutate, isPending: isPending, error, outcomes: data ?? [] };
}
