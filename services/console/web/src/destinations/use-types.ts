import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { readTypes } from './destination-api.ts';

/** The types of destinations; they change with a release only. */
export function useTypes() {
  const api = useApi();
  return useQuery({
    queryKey: ['destination-types'],
    queryFn: ({ signal }) => readTypes(api, signal),
    staleTime: Infinity,
  });
}
