import { Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { LanguageChoice } from '../elements/language-choice.tsx';
import { Logo } from '../elements/logo.tsx';
import { useDocumentTitle } from '../elements/page-title.tsx';
import { SchemeChoice } from '../elements/scheme-choice.tsx';

interface SignInFrameProps {
  readonly title: string;
  /** One line on what the page is for. */
  readonly note: string;
  readonly children: ReactNode;
}

/** The frame of the pages before somebody is signed in: one card, the language and the colours. */
export function SignInFrame({ title, note, children }: SignInFrameProps) {
  useDocumentTitle(title);
  return (
    <Center mih="100vh" p="md">
      <Stack w="100%" maw={400} gap="md">
        <Group justify="space-between">
          <Logo />
          <Group gap="xs">
            <LanguageChoice />
            <SchemeChoice />
          </Group>
        </Group>
        <main>
          <Paper withBorder p="lg">
            <Title order={1} size="h3">
              {title}
            </Title>
            <Text c="dimmed" mb="md">
              {note}
            </Text>
            {children}
          </Paper>
        </main>
      </Stack>
    </Center>
  );
}
