import { Text } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import { ConnectionMark } from '../elements/connection-mark.tsx';
import { Loading } from '../elements/loading.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { needsOfOperations } from '../health/needs.ts';
import { Verdict } from '../health/verdict.tsx';
import { useMessages } from '../language/language.tsx';
import { EVERY_SECOND_MS, useLiveStream } from '../live/use-live-stream.ts';
import { Exits } from './exits.tsx';
import { Lag } from './lag.tsx';
import { operationsMessages } from './messages.ts';
import type { Operations } from './operations.ts';
import { Processes } from './processes.tsx';
import { SetAside } from './set-aside.tsx';
import { Sizes } from './sizes.tsx';
import { Stores } from './stores.tsx';
import { Timers } from './timers.tsx';

const NAME = 'GET /api/operations/live';

/** How the installation runs, for operators. */
export function OperationsPage() {
  const t = useMessages(operationsMessages);
  const [operations, setOperations] = useState<Operations | null>(null);
  const api = useApi();
  const open = useCallback((signal: AbortSignal) => api.stream(NAME, {}, signal), [api]);
  const connection = useLiveStream(NAME, open, setOperations, { quietMs: EVERY_SECOND_MS });
  return (
    <>
      <PageTitle title={t.title} note={t.note}>
        <ConnectionMark connection={connection} />
      </PageTitle>
      {operations === null ? <Loading lines={10} /> : <Content operations={operations} />}
    </>
  );
}

function Content({ operations }: { readonly operations: Operations }) {
  const t = useMessages(operationsMessages);
  return (
    <>
      <Verdict needs={needsOfOperations(operations)} />
      <Processes instances={operations.instances} />
      <Exits />
      <Lag lags={operations.lags} stages={operations.stages} />
      <SetAside dead_letters={operations.dead_letters} retries={operations.retries} />
      <Timers stages={operations.stages} />
      <Stores operations={operations} />
      <Sizes sizes={operations.sizes} />
      <Text c="dimmed" size="sm">
        {t.overNote(operations.over_s)}
      </Text>
    </>
  );
}
