import { TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { isTaken } from '../api/add-new.ts';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { useMessages } from '../language/language.tsx';
import { isSourceKey } from '../sources/read-source-draft.ts';
import { addList } from './list-api.ts';
import { listMessages } from './messages.ts';

/** Creates a static list, and leads to its page. */
export function NewListPage() {
  const t = useMessages(listMessages);
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { draft, change, changed } = useDraft({ key: '', name: '' });
  const name = draft.name.trim();
  const save = useMutation({
    mutationFn: () => addList(api, draft.key, name),
    onSuccess: async (saved) => {
      queries.setQueryData(['list', saved.key], saved);
      await queries.invalidateQueries({ queryKey: ['lists'] });
      await navigate(pathOf`/lists/${saved.key}`);
    },
  });
  const taken = isTaken(save.error);
  return (
    <>
      <PageTitle title={t.newTitle} note={t.note} />
      <ResourceForm
        action={t.saveNew}
        busy={save.isPending}
        error={taken ? null : save.error}
        changed={changed}
        width={640}
        cancel="/lists"
        submit={() => {
          if (name !== '' && isSourceKey(draft.key)) save.mutate();
        }}
      >
        {(asked) => (
          <>
            <TextInput
              label={t.name}
              value={draft.name}
              maxLength={200}
              onChange={(event) => change({ name: event.currentTarget.value })}
              error={asked && name === '' ? t.needName : undefined}
            />
            <TextInput
              label={t.key}
              description={t.keyHelp}
              value={draft.key}
              onChange={(event) => change({ key: event.currentTarget.value })}
              error={asked && !isSourceKey(draft.key) ? t.keyWrong : taken ? t.keyTaken : undefined}
            />
          </>
        )}
      </ResourceForm>
    </>
  );
}
