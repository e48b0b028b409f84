import { Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyProps {
  /** What there is none of. */
  readonly title: string;
  /** What to do next. */
  readonly children: ReactNode;
  /** Buttons or links that do it. */
  readonly action?: ReactNode;
}

/** Stands where a list would, says why there is none and what to do next. */
export function Empty({ title, children, action }: EmptyProps) {
  return (
    <Paper withBorder p="xl">
      <Stack gap="sm" align="flex-start">
        <Text fw={600}>{title}</Text>
        <Text component="div" c="dimmed" maw={640}>
          {children}
        </Text>
        {action}
      </Stack>
    </Paper>
  );
}
