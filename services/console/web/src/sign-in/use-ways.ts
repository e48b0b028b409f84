import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { readWays } from './sign-in-api.ts';

/** How people can sign in here. */
export function useWays() {
  const api = useApi();
  return useQuery({
    queryKey: ['sign-in-ways'],
    queryFn: ({ signal }) => readWays(api, signal),
    staleTime: Infinity,
  });
}
