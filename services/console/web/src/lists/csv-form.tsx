import { Button, FileInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import { ResourceForm } from '../elements/resource-form.tsx';
import { useMessages } from '../language/language.tsx';
import { type ListChange, sendCsv } from './list-api.ts';
import { listMessages } from './messages.ts';

/** The console accepts somewhat more in one request. */
const LARGEST_BYTES = 900_000;

interface CsvFormProps {
  /** Key of the list. */
  readonly list: string;
  /** Called once the service has taken a change. */
  changed(): void;
}

/** Puts the people of a CSV on a static list, or takes them off. */
export function CsvForm({ list, changed }: CsvFormProps) {
  const t = useMessages(listMessages);
  const api = useApi();
  const [file, setFile] = useState<File | null>(null);
  const sendable = file !== null && file.size <= LARGEST_BYTES ? file : null;
  const send = useMutation({
    mutationFn: async ({ change, of }: { readonly change: ListChange; readonly of: File }) =>
      sendCsv(api, list, change, await of.text()),
    onSuccess: changed,
    // A browser does not read a file that was changed after it was chosen, so a corrected one is chosen anew.
    onSettled: () => setFile(null),
  });
  const submit = (change: ListChange): void => {
    if (sendable !== null) send.mutate({ change, of: sendable });
  };
  return (
    <ResourceForm
      action={t.add}
      busy={send.isPending}
      error={file === null ? send.error : null}
      changed={file !== null}
      saved={send.isSuccess ? t[send.variables.change === 'add' ? 'added' : 'removed'](send.data) : null}
      width={640}
      others={
        <Button variant="default" disabled={sendable === null || send.isPending} onClick={() => submit('remove')}>
          {t.remove}
        </Button>
      }
      submit={() => submit('add')}
    >
      {(asked) => (
        <FileInput
          label={t.file}
          description={t.fileHelp}
          placeholder={t.chooseFile}
          accept=".csv,text/csv"
          value={file}
          onChange={setFile}
          error={file === null ? asked && send.isIdle && t.needFile : sendable === null && t.fileTooLarge}
        />
      )}
    </ResourceForm>
  );
}
