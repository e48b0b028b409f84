import { type QueryClient, useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import type { Area, Rights, Scope, SignedIn } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';

/** Key of the query that knows who is signed in. */
export const SESSION = ['session'] as const;

/** Records that nobody is signed in; the next person must not see what the last one saw. */
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

/** Provides who is signed in to everything below. */
export function SessionProvider({ value, children }: { readonly value: SignedIn; readonly children: ReactNode }) {
  return <SessionContext value={value}>{children}</SessionContext>;
}

/** The signed-in person. */
export function useSession(): SignedIn {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('there is no SessionProvider above');
  return session;
}

/** Whether the person has a right. */
export function useRight(scope: Scope): boolean {
  return hasRight(useSession().rights, scope);
}

/** Whether rights include a scope. */
export function hasRight(rights: Rights, scope: Scope): boolean {
  const [area, level] = scope.split(':') as [Area, 'read' | 'write'];
  return rights[area] === 'write' || rights[area] === level;
}

/** Whether somebody may change a saved query or dashboard: its owner, and administrators all of them. */
export function mayChange({ user, rights }: SignedIn, owner: string | null): boolean {
  return hasRight(rights, 'explore:write') && (owner === user.email || user.role === 'admin');
}
