import { Alert } from '@mantine/core';
import { useMessages } from '../language/language.tsx';
import { signInMessages } from './messages.ts';

/** Says why the identity provider's way did not end signed in: `reason` as docs/reasons.md lists them. */
export function Refusal({ reason }: { readonly reason: string }) {
  const t = useMessages(signInMessages);
  const texts: Readonly<Record<string, unknown>> = t;
  const help = texts[`refused_${reason}`];
  return (
    <Alert color="red" title={t.refused} role="alert" mb="md">
      {typeof help === 'string' ? help : reason}
    </Alert>
  );
}
