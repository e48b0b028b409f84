import { Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

interface PageTitleProps {
  readonly title: string;
  /** One line on what the page is for. */
  readonly note?: ReactNode;
  /** Buttons of the page. */
  readonly children?: ReactNode;
}

/** The heading of a page, which also names the browser's tab. */
export function PageTitle({ title, note, children }: PageTitleProps) {
  useDocumentTitle(title);
  return (
    <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
      <div className="page-title">
        <Title order={1} size="h2">
          {title}
        </Title>
        {note === undefined ? null : (
          <Text component="div" c="dimmed">
            {note}
          </Text>
        )}
      </div>
      {children === undefined ? null : <Group gap="xs">{children}</Group>}
    </Group>
  );
}

/** Names the browser's tab. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Hilo`;
  }, [title]);
}
