import { ActionIcon, Kbd, Modal, Stack, Text } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { SearchIcon } from '../elements/icons.tsx';
import { elementMessages } from '../elements/messages.ts';
import { useMessages } from '../language/language.tsx';
import { GoTo } from './go-to.tsx';
import { keyAction } from './key-action.ts';
import { shellMessages } from './messages.ts';

/** The field of a page that searches it. */
const SEARCH_FIELD = 'main search input, main [role="search"] input';

/** The keys that work on every page, and a button for the first of them. */
export function Keys() {
  const t = useMessages(shellMessages);
  const elements = useMessages(elementMessages);
  const [open, setOpen] = useState<'go' | 'keys' | null>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const action = keyAction(event, isTyping(event.target));
      if (action === null) return;
      event.preventDefault();
      const field = action === 'search' ? document.querySelector<HTMLInputElement>(SEARCH_FIELD) : null;
      if (field === null) setOpen(action === 'keys' ? 'keys' : 'go');
      else field.focus();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  const close = (): void => setOpen(null);
  return (
    <>
      <ActionIcon variant="default" size={30} aria-label={t.goTo} visibleFrom="sm" onClick={() => setOpen('go')}>
        <SearchIcon />
      </ActionIcon>
      {open === 'go' ? <GoTo close={close} /> : null}
      <Modal
        opened={open === 'keys'}
        onClose={close}
        title={t.keys}
        closeButtonProps={{ 'aria-label': elements.close }}
      >
        <Stack gap="sm">
          <Key
            name={
              <>
                <Kbd>Ctrl</Kbd> + <Kbd>K</Kbd>
              </>
            }
          >
            {t.goTo}
          </Key>
          <Key name={<Kbd>/</Kbd>}>{t.keySearch}</Key>
          <Key name={<Kbd>?</Kbd>}>{t.keys}</Key>
          <Key
            name={
              <>
                <Kbd>Ctrl</Kbd> + <Kbd>Enter</Kbd>
              </>
            }
          >
            {t.keyRun}
          </Key>
          <Key name={<Kbd>Esc</Kbd>}>{t.keyClose}</Key>
        </Stack>
      </Modal>
    </>
  );
}

function Key({ name, children }: { readonly name: ReactNode; readonly children: ReactNode }) {
  return (
    <Text component="div">
      {name} {children}
    </Text>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}
