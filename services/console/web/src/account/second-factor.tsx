import { Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import { Confirm } from '../elements/confirm.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useMessages } from '../language/language.tsx';
import { SESSION, useSession } from '../session/session.tsx';
import { removeSecondFactor, renewRecoveryCodes, type SecondFactorSecret } from './account-api.ts';
import { BeginSecondFactor } from './begin-second-factor.tsx';
import { ConfirmSecondFactor } from './confirm-second-factor.tsx';
import { accountMessages } from './messages.ts';
import { OWN_SESSIONS } from './own-sessions.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

/** Turns one's own two-step verification on and off. */
export function SecondFactor() {
  const t = useMessages(accountMessages);
  const queries = useQueryClient();
  const { second_factor, second_factor_compulsory } = useSession();
  const isOn = second_factor !== 'none';
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
      {secret === null ? (
        <Group>
          <BeginSecondFactor label={isOn ? t.replace : t.turnOn} begun={setSecret} />
          {isOn ? <RenewCodes renewed={setCodes} /> : null}
          {isOn && !second_factor_compulsory ? <TurnOff removed={refresh} /> : null}
        </Group>
      ) : (
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

function RenewCodes({ renewed }: { readonly renewed: (codes: readonly string[]) => void }) {
  const t = useMessages(accountMessages);
  const api = useApi();
  const { mutate, error, isPending } = useMutation({ mutationFn: () => renewRecoveryCodes(api), onSuccess: renewed });
  return (
    <Confirm label={t.renew} title={t.renewTitle} error={error} busy={isPending} act={() => mutate()}>
      {t.renewText}
    </Confirm>
  );
}

function TurnOff({ removed }: { readonly removed: () => Promise<void> }) {
  const t = useMessages(accountMessages);
  const api = useApi();
  const { mutate, error, isPending } = useMutation({ mutationFn: () => removeSecondFactor(api), onSuccess: removed });
  return (
    <Confirm label={t.turnOff} title={t.turnOffTitle} error={error} busy={isPending} act={() => mutate()}>
      {t.turnOffText}
    </Confirm>
  );
}
