import { Alert, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyText } from '../elements/copy-text.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { peopleMessages } from './messages.ts';
import type { Invitation, OneTimeLink } from './people-api.ts';

interface MadeLinkProps {
  readonly title: string;
  /** Names the link. */
  readonly label: string;
  readonly link: OneTimeLink | Invitation;
  /** Where to go next. */
  readonly children?: ReactNode;
}

/** Shows a link to pass on, once. */
export function MadeLink({ title, label, link, children }: MadeLinkProps) {
  const t = useMessages(peopleMessages);
  const formats = useFormats();
  return (
    <Alert color="green" title={title} role="status">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t.linkOnce(formats.time(link.expires_at))}</Text>
        {'mail' in link ? <Text size="sm">{t[`mail_${link.mail}`]}</Text> : null}
        <CopyText label={label} text={link.url} />
        {children}
      </Stack>
    </Alert>
  );
}
