import { Button, Stack, Text } from '@mantine/core';
import { Section } from '../elements/section.tsx';
import { useMessages } from '../language/language.tsx';
import { OPENID_PATH } from '../session/openid-path.ts';
import { useWays } from '../sign-in/use-ways.ts';
import { accountMessages } from './messages.ts';

/** Connects one's account with that at the organisation's identity provider, where there is one. */
export function ConnectProvider() {
  const t = useMessages(accountMessages);
  const { data: ways } = useWays();
  const provider = ways?.openid ?? null;
  if (provider === null) return null;
  return (
    <Section title={provider.name}>
      <Stack gap="md" align="flex-start" maw={640}>
        <Text c="dimmed">{t.connectNote}</Text>
        <Button component="a" href={OPENID_PATH} variant="default" className="wrapping-button">
          {t.connect(provider.name)}
        </Button>
      </Stack>
    </Section>
  );
}
