import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from 'react-router/dom';
import { Api } from './api/api.ts';
import { ApiContext } from './api/api-context.tsx';
import { statusOf } from './api/api-error.ts';
import { LanguageProvider } from './language/language.tsx';
import { createRouter } from './routes.tsx';
import { forgetSession } from './session/session.tsx';
import { cssVariables, theme } from './theme.ts';

/**
 * Retries what may pass by itself: no answer, or an unavailable service. Without a connection there is nothing to try.
 */
function retry(tries: number, error: Error): boolean {
  const status = statusOf(error);
  return navigator.onLine && tries < 2 && (status === 0 || status >= 502);
}

// A request without a connection fails at once. The library would keep it, and send it when nobody expects it.
const queries = new QueryClient({
  defaultOptions: {
    queries: { retry, staleTime: 2_000, gcTime: 60_000, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});
const api = new Api(() => forgetSession(queries));
const router = createRouter();

/** The whole console. */
export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <LanguageProvider>
        <QueryClientProvider client={queries}>
          <ApiContext value={api}>
            <RouterProvider router={router} />
          </ApiContext>
        </QueryClientProvider>
      </LanguageProvider>
    </MantineProvider>
  );
}
