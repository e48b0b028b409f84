import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import { Confirm } from '../elements/confirm.tsx';
import { Fault } from '../elements/fault.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useMessages } from '../language/language.tsx';
import { SESSION, useSession } from '../session/session.tsx';
import { beginSecondFactor, removeSecondFactor, renewRecoveryCodes, type SecondFactorSecret } from './account-api.ts';
import { ConfirmSecondFactor } from './confirm-second-factor.tsx';
import { accountMessages } from './messages.ts';
import { OWN_SESSIONS } from './own-sessions.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

/** Turns one's own two-step verification on and off. */
export function SecondFactor() {
  const t = useMessages(accountMessages);
  const queries = useQueryClient();
  const isOn = useSession().second_factor !== 'none';
  const [secret, setSecret] = useState<SecondFactorSecret | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const refresh = async (): Promise<void> => {
    await Promise.all([SESSION, OWN_SESSIONS].map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
  if (codes !== null) return <RecoveryCodes codes={codes} done={() => setCodes(null)} />;
  return (
    <Stack gap="md" align="flex-start" maw={640}>
      <Text c="dimmed">{t.stepNote}</Text>
      <div role="status">
        <StateMark mood={isOn ? 'good' : 'idle'}>{isOn ? t.stepOn : t.stepOff}</StateMark>
      </div>
      {isOn ? <ActiveFactor renewed={setCodes} removed={refresh} /> : null}
      {isOn || secret !== null ? null : <TurnOn begun={setSecret} />}
      {isOn || secret === null ? null : (
        <ConfirmSecondFactor
          secret={secret}
          cancel={() => setSecret(null)}
          done={(made) => {
            setSecret(null);
            setCodes(made);
            void refresh();
          }}
        />
      )}
    </Stack>
  );
}

function TurnOn({ begun }: { readonly begun: (secret: SecondFactorSecret) => void }) {
  const t = useMessages(accountMessages);
  const api = useApi();
  const { mutate, error, isPending } = useMutation({ mutationFn: () => beginSecondFactor(api), onSuccess: begun });
  return (
    <>
      {error === null ? null : <Fault error={error} />}
      <Button variant="default" loading={isPending} onClick={() => mutate()}>
        {t.turnOn}
      </Button>
    </>
  );
}

interface ActiveFactorProps {
  renewed(codes: readonly string[]): void;
  removed(): Promise<void>;
}

function ActiveFactor({ renewed, removed }: ActiveFactorProps) {
  const t = useMessages(accountMessages);
  const api = useApi();
  const renew = useMutation({ mutationFn: () => renewRecoveryCodes(api), onSuccess: renewed });
  const remove = useMutation({ mutationFn: () => removeSecondFactor(api), onSuccess: removed });
  return (
    <Group>
      <Confirm
        label={t.renew}
        title={t.renewTitle}
        error={renew.error}
        busy={renew.isPending}
        act={() => renew.mutate()}
      >
        {t.renewText}
      </Confirm>
      <Confirm
        label={t.turnOff}
        title={t.turnOffTitle}
        error={remove.error}
        busy={remove.isPending}
        act={() => remove.mutate()}
      >
        {t.turnOffText}
      </Confirm>
    </Group>
  );
}
