import { Alert, Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { Fault } from '../elements/fault.tsx';
import { offerFile } from '../elements/offer-file.ts';
import { ApiError } from '../api/api-error.ts';
import { useMessages } from '../language/language.tsx';
import { auditFile } from './audit-api.ts';
import type { AuditQuery } from './audit-filter.ts';
import { auditMessages } from './messages.ts';

const FORMATS = ['csv', 'jsonl'] as const;

/** Saves all entries that fit, as a file. */
export function DownloadFile({ query }: { readonly query: AuditQuery }) {
  const t = useMessages(auditMessages);
  const api = useApi();
  const download = useMutation({
    mutationFn: async (format: (typeof FORMATS)[number]) => ({ file: await auditFile(api, query, format), format }),
    onSuccess: ({ file, format }) => offerFile(file, `hilo-audit-log.${format}`),
  });
  return (
    <>
      {FORMATS.map((format) => (
        <Button
          key={format}
          variant="default"
          loading={download.isPending && download.variables === format}
          onClick={() => download.mutate(format)}
        >
          {t[format]}
        </Button>
      ))}
      {download.error === null ? null : isBrokenOff(download.error) ? (
        <Alert color="red" role="alert">
          {t.downloadFailed}
        </Alert>
      ) : (
        <Fault error={download.error} />
      )}
    </>
  );
}

function isBrokenOff(error: Error): boolean {
  return error instanceof ApiError && error.fault.kind === 'no-answer';
}
