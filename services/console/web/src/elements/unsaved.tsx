import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { useBlocker } from 'react-router';
import { useMessages } from '../language/language.tsx';
import { elementMessages } from './messages.ts';

/** State of a link that discards unsaved edits on purpose, as `Cancel` does. */
export const DISCARD = { discard: true } as const;

/** Forms with unsaved edits. */
const UnsavedContext = createContext<Set<object>>(new Set());

/** Asks before somebody leaves a page with unsaved edits, by a link or by closing it. */
export function UnsavedGuard({ children }: { readonly children: ReactNode }) {
  const t = useMessages(elementMessages);
  const [forms] = useState(() => new Set<object>());
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      forms.size > 0 && currentLocation.pathname !== nextLocation.pathname && !isDiscarding(nextLocation.state),
  );
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (forms.size > 0) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [forms]);
  const stay = (): void => blocker.reset?.();
  return (
    <UnsavedContext value={forms}>
      {children}
      <Modal
        opened={blocker.state === 'blocked'}
        onClose={stay}
        title={t.unsaved}
        closeButtonProps={{ 'aria-label': t.close }}
      >
        <Stack gap="md">
          <Text>{t.unsavedHelp}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={stay} data-autofocus>
              {t.stay}
            </Button>
            <Button color="red" onClick={() => blocker.proceed?.()}>
              {t.leave}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </UnsavedContext>
  );
}

/** Makes the guard ask before a form's content is lost, while it has `changed`. */
export function useUnsaved(changed: boolean): void {
  const forms = useContext(UnsavedContext);
  useEffect(() => {
    if (!changed) return undefined;
    const form = {};
    forms.add(form);
    return () => void forms.delete(form);
  }, [changed, forms]);
}

function isDiscarding(state: unknown): boolean {
  return typeof state === 'object' && state !== null && 'discard' in state;
}
