import { Alert, Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { ApiError } from '../api/api-error.ts';
import { useMessages } from '../language/language.tsx';
import { exploreMessages } from './messages.ts';
import { newQueryId, statementFile } from './query-api.ts';
import { StatementFault } from './statement-fault.tsx';

/** Until then, the browser has asked where to. */
const SAVED_WITHIN_MS = 120_000;

/** Runs a statement for all of its answer, as a file. */
export function DownloadCsv({ sql, segment }: { readonly sql: string; readonly segment: string | null }) {
  const t = useMessages(exploreMessages);
  const api = useApi();
  const download = useMutation({
    mutationFn: async () => statementFile(api, { id: newQueryId(), sql, segment }, new AbortController().signal),
    onSuccess: (file) => offer(file),
  });
  return (
    <>
      <Button variant="default" loading={download.isPending} onClick={() => download.mutate()}>
        {t.download}
      </Button>
      {download.error === null ? null : isBrokenOff(download.error) ? (
        <Alert color="red" role="alert">
          {t.downloadFailed}
        </Alert>
      ) : (
        <StatementFault error={download.error} sql={sql} />
      )}
    </>
  );
}

function isBrokenOff(error: Error): boolean {
  return error instanceof ApiError && error.fault.kind === 'no-answer';
}

/** Lets the browser save a file. */
function offer(file: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = 'hilo.csv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SAVED_WITHIN_MS);
}
