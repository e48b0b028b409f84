import { Button, Group, Text } from '@mantine/core';
import type { Pages } from '../api/use-pages.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { elementMessages } from './messages.ts';

interface PagerProps {
  readonly pages: Pages<unknown>;
  /** True for a list ordered by time, the newest first. */
  readonly byTime?: boolean;
}

/** Links to a list's neighbouring pages; nothing if all of it is on one. */
export function Pager({ pages, byTime = false }: PagerProps) {
  const t = useMessages(elementMessages);
  const formats = useFormats();
  if (pages.older === null && pages.newer === null) return null;
  return (
    <Group component="nav" aria-label={t.pages} mt="md" justify="flex-end">
      <Button variant="default" size="sm" disabled={pages.newer === null} onClick={() => pages.newer?.()}>
        {byTime ? t.newer : t.previous}
      </Button>
      <Text size="sm">{t.page(formats.count(pages.number))}</Text>
      <Button variant="default" size="sm" disabled={pages.older === null} onClick={() => pages.older?.()}>
        {byTime ? t.older : t.next}
      </Button>
    </Group>
  );
}
