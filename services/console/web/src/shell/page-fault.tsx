import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { Link, isRouteErrorResponse, useRouteError } from 'react-router';
import { ApiError } from '../api/api-error.ts';
import { ChunkNotLoadedError } from '../elements/chunk.ts';
import { Fault } from '../elements/fault.tsx';
import { elementMessages } from '../elements/messages.ts';
import { useMessages } from '../language/language.tsx';
import { useOnline } from '../live/use-online.ts';

/** Replaces a page that failed to load or to draw; the frame around it stays. */
export function PageFault() {
  const t = useMessages(elementMessages);
  const error = useRouteError();
  const online = useOnline();
  useReloadOnceOnline(error instanceof ChunkNotLoadedError);
  if (error instanceof ApiError) return <Fault error={error} />;
  const unknown = isRouteErrorResponse(error) && error.status === 404;
  const offline = error instanceof ChunkNotLoadedError && !online;
  const [title, help] = unknown
    ? [t.unknownPage, t.unknownPageHelp]
    : offline
      ? [t.pageOffline, t.pageOfflineHelp]
      : [t.pageBroken, t.pageBrokenHelp];
  return (
    <Alert color="red" role="alert" title={title}>
      <Stack gap="sm">
        <Text size="sm">{help}</Text>
        <Group>
          {unknown || offline ? null : (
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

/** Loads a page that was opened without a connection as soon as there is one again. */
function useReloadOnceOnline(isMissing: boolean): void {
  const online = useOnline();
  const wasOffline = useRef(false);
  useEffect(() => {
    if (!isMissing) return;
    if (online && wasOffline.current) window.location.reload();
    wasOffline.current = !online;
  }, [isMissing, online]);
}
