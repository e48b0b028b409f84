import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import type { Answer } from './domain/answer.ts';
import { cancelStatement, newQueryId, runStatement } from './query-api.ts';

/** A statement, from asking to its end. */
export type StatementRun =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly id: string }
  | { readonly kind: 'answered'; readonly id: string; readonly sql: string; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly sql: string; readonly error: Error }
  | { readonly kind: 'cancelled' };

/** Runs one statement at a time: a new one ends the previous one, and so does leaving the page. */
export function useStatement() {
  const api = useApi();
  const [state, setState] = useState<StatementRun>({ kind: 'none' });
  const current = useRef<{ readonly id: string; readonly stop: AbortController } | null>(null);
  const end = useCallback(() => {
    const running = current.current;
    current.current = null;
    if (running === null) return;
    running.stop.abort();
    // If that fails, the statement still ends at its time limit.
    cancelStatement(api, running.id).catch(() => undefined);
  }, [api]);
  useEffect(() => end, [end]);
  const run = useCallback(
    (sql: string, segment: string | null) => {
      end();
      const id = newQueryId();
      const stop = new AbortController();
      current.current = { id, stop };
      setState({ kind: 'running', id });
      const settle = (next: StatementRun): void => {
        if (current.current?.id !== id) return;
        current.current = null;
        setState(next);
      };
      runStatement(api, { id, sql, segment }, stop.signal).then(
        (answer) => settle({ kind: 'answered', id, sql, answer }),
        (error: unknown) =>
          settle({ kind: 'failed', sql, error: error instanceof Error ? error : new Error('failed') }),
      );
    },
    [api, end],
  );
  const cancel = useCallback(() => {
    end();
    setState({ kind: 'cancelled' });
  }, [end]);
  return { state, run, cancel };
}
