import { Alert, Button, Stack, Text } from '@mantine/core';
import { ApiError } from '../api/api-error.ts';
import { Fault } from '../elements/fault.tsx';
import { useMessages } from '../language/language.tsx';
import { placeIn } from './domain/statement.ts';
import { exploreMessages } from './messages.ts';

interface StatementFaultProps {
  readonly error: Error;
  readonly sql: string;
  /** Shows a place of the statement, by its index; absent where there is no editor. */
  readonly show?: (index: number) => void;
}

const WORDS = {
  syntax: 'wrongSyntax',
  unknown_name: 'wrongName',
  not_allowed: 'wrongNotAllowed',
  not_a_read: 'wrongNotAllowed',
  too_slow: 'wrongTooSlow',
  too_much_memory: 'wrongTooMuch',
} as const;

/** Says why a statement has no answer, and where it is wrong. */
export function StatementFault({ error, sql, show }: StatementFaultProps) {
  const t = useMessages(exploreMessages);
  if (!(error instanceof ApiError) || error.fault.kind !== 'refused' || error.fault.field !== 'sql')
    return <Fault error={error} />;
  const { code, detail } = error.fault;
  const place = placeIn(sql, detail);
  const words = WORDS[code as keyof typeof WORDS];
  return (
    <Alert color="red" role="alert" title={words === undefined ? t.wrong : t[words]}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm" className="breakable">
          {detail}
        </Text>
        {place === null || show === undefined ? null : (
          <Button size="xs" variant="default" onClick={() => show(place)}>
            {t.showPlace}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
