import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { useMessages } from '../language/language.tsx';
import { sourceMessages } from './messages.ts';
import { addSource, type SourceInput } from './source-api.ts';
import { SourceForm } from './source-form.tsx';

/** Adds a source, and leads to the page that says how to send to it. */
export function NewSourcePage() {
  const t = useMessages(sourceMessages);
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const save = useMutation({
    mutationFn: ({ key, input }: { key: string; input: SourceInput }) => addSource(api, key, input),
    onSuccess: async (saved) => {
      queries.setQueryData(['source', saved.key], saved);
      await queries.invalidateQueries({ queryKey: ['sources'] });
      await navigate(pathOf`/sources/${saved.key}`);
    },
  });
  return (
    <>
      <PageTitle title={t.newTitle} note={t.note} />
      <SourceForm
        existing={null}
        error={save.error}
        busy={save.isPending}
        saved={false}
        save={(key, input) => save.mutate({ key, input })}
      />
    </>
  );
}
