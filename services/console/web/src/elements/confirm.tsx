import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useMessages } from '../language/language.tsx';
import { Fault } from './fault.tsx';
import { elementMessages } from './messages.ts';

interface ConfirmProps {
  /** On the button that asks, and again on the one that does it. */
  readonly label: string;
  readonly title: string;
  /** What will happen. */
  readonly children: ReactNode;
  readonly error: Error | null;
  readonly busy: boolean;
  readonly size?: 'xs' | 'sm';
  act(): void;
}

/** A button for what can't be taken back: it asks first. Whoever renders it removes it once the deed is done. */
export function Confirm({ label, title, children, error, busy, size = 'sm', act }: ConfirmProps) {
  const t = useMessages(elementMessages);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" size={size} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title={title} closeButtonProps={{ 'aria-label': t.close }}>
        <Stack gap="md">
          {error === null ? null : <Fault error={error} />}
          <Text>{children}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpen(false)} data-autofocus>
              {t.cancel}
            </Button>
            <Button color="red" loading={busy} onClick={act}>
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
