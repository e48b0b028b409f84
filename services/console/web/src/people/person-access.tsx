import { Button, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { Fault } from '../elements/fault.tsx';
import { RemoveButton } from '../elements/remove-button.tsx';
import { useMessages } from '../language/language.tsx';
import { useSession } from '../session/session.tsx';
import { MadeLink } from './made-link.tsx';
import { peopleMessages } from './messages.ts';
import { inviteAgain, makeResetLink, type OneTimeLink, type Person, removeSecondFactorOf } from './people-api.ts';

/** How a person gets in: links to pass on, and two-step verification. */
export function PersonAccess({ person: { id, email, signs_in_by, second_factor } }: { readonly person: Person }) {
  const t = useMessages(peopleMessages);
  const api = useApi();
  const { second_factor_compulsory } = useSession();
  return (
    <Stack gap="md" align="flex-start">
      <Title order={2} size="h5">
        {t.access}
      </Title>
      {signs_in_by === 'invitation' ? (
        <LinkButton
          key="invitation"
          action={t.inviteAgain}
          help={t.inviteAgainHelp}
          title={t.invitationMade(email)}
          label={t.invitationLink}
          make={() => inviteAgain(api, id)}
        />
      ) : (
        <LinkButton
          key="reset"
          action={t.makeReset}
          help={signs_in_by === 'openid' ? t.makeResetOpenidHelp : t.makeResetHelp}
          title={t.resetMade(email)}
          label={t.resetLink}
          make={() => makeResetLink(api, id)}
        />
      )}
      {second_factor === 'none' ? null : (
        <RemoveButton
          label={t.stepOff}
          title={t.stepOffTitle}
          list={['people']}
          remove={() => removeSecondFactorOf(api, id)}
        >
          {second_factor_compulsory ? t.stepResetText(email) : t.stepOffText(email)}
        </RemoveButton>
      )}
    </Stack>
  );
}

interface LinkButtonProps {
  readonly action: string;
  /** What will happen. */
  readonly help: string;
  /** Of the link that was made. */
  readonly title: string;
  readonly label: string;
  make(): Promise<OneTimeLink>;
}

/** Makes a link and shows it once. */
function LinkButton({ action, help, title, label, make }: LinkButtonProps) {
  const { mutate, data, error, isPending } = useMutation({ mutationFn: make });
  return (
    <>
      {error === null ? null : <Fault error={error} />}
      <div>
        <Button variant="default" loading={isPending} onClick={() => mutate()}>
          {action}
        </Button>
        <Text size="sm" c="dimmed" mt={4}>
          {help}
        </Text>
      </div>
      {data === undefined ? null : <MadeLink title={title} label={label} link={data} />}
    </>
  );
}
