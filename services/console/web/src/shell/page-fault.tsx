import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { Link, isRouteErrorResponse, useRouteError } from 'react-router';
import { ApiError } from '../api/api-error.ts';
import { Fault } from '../elements/fault.tsx';
import { elementMessages } from '../elements/messages.ts';
import { useMessages } from '../language/language.tsx';

/** Stands where a page would that failed to load or to be drawn; the frame around it goes on. */
export function PageFault() {
  const t = useMessages(elementMessages);
  const error = useRouteError();
  if (error instanceof ApiError) return <Fault error={error} />;
  const unknown = isRouteErrorResponse(error) && error.status === 404;
  return (
    <Alert color="red" role="alert" title={unknown ? t.unknownPage : t.pageBroken}>
      <Stack gap="sm">
        <Text size="sm">{unknown ? t.unknownPageHelp : t.pageBrokenHelp}</Text>
        <Group>
          {unknown ? null : (
            <Button size="xs" variant="default" onClick={() => window.location.reload()}>
              {t.reload}
            </Button>
          )}
          <Button size="xs" variant="default" component={Link} to="/">
            {t.home}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
