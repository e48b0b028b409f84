import { createContext, useContext } from 'react';
import type { Api } from './api.ts';

/** Provides the API to everything below. */
export const ApiContext = createContext<Api | null>(null);

/** The console's HTTP API. */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === null) throw new Error('there is no ApiContext above');
  return api;
}
