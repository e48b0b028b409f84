import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { Fault } from '../elements/fault.tsx';
import { elementMessages } from '../elements/messages.ts';
import { useMessages } from '../language/language.tsx';
import { mayChange, useSession } from '../session/session.tsx';
import { addExploration, changeExploration, type QueryContent, type SavedQuery } from './exploration-api.ts';
import { exploreMessages } from './messages.ts';

interface SaveQueryProps {
  /** Null: it is a new one. */
  readonly saved: SavedQuery | null;
  readonly content: QueryContent;
  onSaved(id: string): void;
}

const NAME_CHARACTERS = 200;

/** Saves a statement, as a new one or over one's own. */
export function SaveQuery({ saved, content, onSaved }: SaveQueryProps) {
  const t = useMessages(exploreMessages);
  const elements = useMessages(elementMessages);
  const [open, setOpen] = useState(false);
  const [name, setName] = useState(saved?.name ?? '');
  const [shared, setShared] = useState(saved?.shared ?? false);
  const [asked, setAsked] = useState(false);
  const saving = useSaving(saved, (id) => {
    setOpen(false);
    onSaved(id);
  });
  const isOwn = mayChange(useSession(), saved?.owner ?? null) && saved !== null;
  const save = (asNew: boolean) => {
    setAsked(true);
    if (name.trim() !== '') saving.mutate({ asNew, input: { name: name.trim(), shared, content } });
  };
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t.save}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t.saveTitle}
        closeButtonProps={{ 'aria-label': elements.close }}
      >
        <Stack gap="md">
          {saving.error === null ? null : <Fault error={saving.error} />}
          <TextInput
            label={t.queryName}
            value={name}
            maxLength={NAME_CHARACTERS}
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
            error={asked && name.trim() === '' ? t.nameWrong : undefined}
          />
          <Checkbox label={t.share} checked={shared} onChange={(event) => setShared(event.currentTarget.checked)} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpen(false)}>
              {elements.cancel}
            </Button>
            {isOwn ? (
              <Button variant="default" loading={saving.isPending} onClick={() => save(true)}>
                {t.saveAsNew}
              </Button>
            ) : null}
            <Button loading={saving.isPending} onClick={() => save(!isOwn)}>
              {isOwn ? t.saveChanges : t.save}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

interface Saving {
  readonly asNew: boolean;
  readonly input: { readonly name: string; readonly shared: boolean; readonly content: QueryContent };
}

function useSaving(saved: SavedQuery | null, done: (id: string) => void) {
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ asNew, input }: Saving) =>
      asNew || saved === null ? addExploration(api, 'queries', input) : changeExploration(api, 'queries', saved, input),
    onSuccess: async (made) => {
      queries.setQueryData(['exploration', 'queries', made.id], made);
      await queries.invalidateQueries({ queryKey: ['explorations', 'queries'] });
      done(made.id);
      await navigate(`/explore?query=${encodeURIComponent(made.id)}`, { replace: true });
    },
  });
}
