import { Button, Group, Stack, Text } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { useMessages } from '../language/language.tsx';
import { Fault } from './fault.tsx';
import { elementMessages } from './messages.ts';
import { DISCARD, useUnsaved } from './unsaved.tsx';

interface ResourceFormProps {
  /** On the button that saves. */
  readonly action: string;
  readonly busy: boolean;
  /** Why it could not be saved; null also if a field says so. */
  readonly error: Error | null;
  /** Whether there are unsaved edits: then leaving asks first. */
  readonly changed: boolean;
  /** Where to go without saving, or what to do then; absent: nowhere. */
  readonly cancel?: string | (() => void);
  /** Shown once it is saved, if the form stays. */
  readonly saved?: string | null;
  /** Width of the fields in pixels, at most. */
  readonly width?: number;
  /** Other buttons. */
  readonly others?: ReactNode;
  /** Saves it, if nothing is missing. */
  submit(): void;
  /** The fields. `asked`: somebody tried to save, so missing fields are marked. */
  children(asked: boolean): ReactNode;
}

/** The form of a resource: its fields, errors, saving, and a question before unsaved edits are lost. */
export function ResourceForm(form: ResourceFormProps) {
  const { action, busy, error, changed, cancel, saved, width, others, submit, children } = form;
  const t = useMessages(elementMessages);
  const [asked, setAsked] = useState(false);
  // What is being saved is not lost: the next page is the result.
  useUnsaved(changed && !busy);
  const isSaved = typeof saved === 'string' && !changed;
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    submit();
  };
  return (
    <form onSubmit={ask} noValidate>
      <Stack gap="md" {...(width === undefined ? {} : { maw: width })}>
        {error === null ? null : <Fault error={error} />}
        {children(asked && !isSaved)}
        <Group>
          <Button type="submit" loading={busy}>
            {action}
          </Button>
          {others}
          {typeof cancel === 'string' ? (
            <Button variant="default" component={Link} to={cancel} state={DISCARD}>
              {t.cancel}
            </Button>
          ) : null}
          {typeof cancel === 'function' ? (
            <Button variant="default" onClick={cancel}>
              {t.cancel}
            </Button>
          ) : null}
          {saved === undefined ? null : (
            <Text size="sm" role="status">
              {isSaved ? saved : ''}
            </Text>
          )}
        </Group>
      </Stack>
    </form>
  );
}

/** The content of a form, and whether it differs from the saved one. */
export function useDraft<D extends object>(start: D) {
  const [draft, setDraft] = useState(start);
  return {
    draft,
    change: (part: Partial<D>) => setDraft((before) => ({ ...before, ...part })),
    changed: JSON.stringify(draft) !== JSON.stringify(start),
  };
}
