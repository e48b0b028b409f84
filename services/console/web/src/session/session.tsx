import { type QueryClient, useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import type { SignedIn } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { hasRight, type Right } from './rights.ts';

/** Key of the query that knows who is signed in. */
export const SESSION = ['session'] as const;

/** Notes that nobody is signed in; what the last person saw must not be there for the next one. */
export function forgetSession(queries: QueryClient): void {
  queries.setQueryData(SESSION, null);
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
}

/** Asks who is signed in. */
export function useSessionQuery() {
  const api = useApi();
  return useQuery({ queryKey: SESSION, queryFn: ({ signal }) => api.session(signal), staleTime: Infinity });
}

const SessionContext = createContext<SignedIn | null>(null);

/** Tells everything below who is signed in. */
export function SessionProvider({ value, children }: { readonly value: SignedIn; readonly children: ReactNode }) {
  return <SessionContext value={value}>{children}</SessionContext>;
}

/** Who is signed in. */
export function useSession(): SignedIn {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('there is no SessionProvider above');
  return session;
}

/** Whether the person has a right. */
export function useRight(right: Right): boolean {
  return hasRight(useSession().user.role, right);
}
