import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { useMessages } from '../language/language.tsx';
import { elementMessages } from './messages.ts';

/** A placeholder for what is loading. */
export function Loading({ lines = 4 }: { readonly lines?: number }) {
  const t = useMessages(elementMessages);
  return (
    <Stack gap="sm" role="status">
      <VisuallyHidden>{t.loading}</VisuallyHidden>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={36} />
      ))}
    </Stack>
  );
}
