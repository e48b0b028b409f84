import { Button, Code, CopyButton, Group } from '@mantine/core';
import { useMessages } from '../language/language.tsx';
import { elementMessages } from './messages.ts';

/** Text to be taken elsewhere: as it is, with a button that copies it. */
export function CopyText({ text, label }: { readonly text: string; readonly label: string }) {
  const t = useMessages(elementMessages);
  return (
    <Group gap="xs" align="flex-start" w="100%">
      <Code block className="copy-text" tabIndex={0} role="region" aria-label={label}>
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button variant="default" size="xs" onClick={copy} aria-label={`${copied ? t.copied : t.copy}: ${label}`}>
            {copied ? t.copied : t.copy}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
