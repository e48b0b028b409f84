import { Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { Fault } from '../elements/fault.tsx';
import { beginSecondFactor, type SecondFactorSecret } from './account-api.ts';

interface BeginSecondFactorProps {
  /** On the button. */
  readonly label: string;
  readonly variant?: 'default' | 'filled';
  begun(secret: SecondFactorSecret): void;
}

/** The button that asks for a key for an authenticator app. */
export function BeginSecondFactor({ label, variant = 'default', begun }: BeginSecondFactorProps) {
  const api = useApi();
  const { mutate, error, isPending } = useMutation({ mutationFn: () => beginSecondFactor(api), onSuccess: begun });
  return (
    <Stack gap="md" align="flex-start">
      {error === null ? null : <Fault error={error} />}
      <Button variant={variant} loading={isPending} onClick={() => mutate()}>
        {label}
      </Button>
    </Stack>
  );
}
