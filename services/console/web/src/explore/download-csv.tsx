import { Alert, Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { ApiError } from '../api/api-error.ts';
import { offerFile } from '../elements/offer-file.ts';
import { useMessages } from '../language/language.tsx';
import { exploreMessages } from './messages.ts';
import { newQueryId, statementFile } from './query-api.ts';
import { StatementFault } from './statement-fault.tsx';

/** Runs a statement for all of its answer, as a file. */
export function DownloadCsv({ sql, segment }: { readonly sql: string; readonly segment: string | null }) {
  const t = useMessages(exploreMessages);
  const api = useApi();
  const download = useMutation({
    mutationFn: async () => statementFile(api, { id: newQueryId(), sql, segment }, new AbortController().signal),
    onSuccess: (file) => offerFile(file, 'hilo.csv'),
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
