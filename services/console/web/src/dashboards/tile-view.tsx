import { Group, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import { Loading } from '../elements/loading.tsx';
import { AnswerView } from '../explore/answer-view.tsx';
import { asksForSegment } from '../explore/domain/statement.ts';
import type { Tile } from '../explore/exploration-api.ts';
import { newQueryId, runStatement } from '../explore/query-api.ts';
import { StatementFault } from '../explore/statement-fault.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { dashboardMessages } from './messages.ts';

interface TileViewProps {
  readonly tile: Tile;
  /** Null: everyone. */
  readonly segment: string | null;
  readonly refresh_s: number;
  /** Actions on the tile. */
  readonly children?: ReactNode;
}

/** A tile: its statement runs when it becomes visible, and again and again while it is. */
export function TileView({ tile: { title, sql, view, width }, segment, refresh_s, children }: TileViewProps) {
  const t = useMessages(dashboardMessages);
  const formats = useFormats();
  const api = useApi();
  const heading = useId();
  const [element, seen] = useSeen<HTMLElement>();
  const askedOf = asksForSegment(sql) ? segment : null;
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: ['tile', sql, askedOf],
    queryFn: ({ signal }) => runStatement(api, { id: newQueryId(), sql, segment: askedOf }, signal),
    enabled: seen,
    // Nor in a hidden window.
    refetchInterval: refresh_s * 1000,
    staleTime: (refresh_s * 1000) / 2,
  });
  return (
    <section ref={element} data-width={width} aria-labelledby={heading}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="xs" mb="xs">
        <Title order={2} size="h5" id={heading} className="breakable">
          {title}
        </Title>
        {segment === null || askedOf !== null ? null : (
          <Text size="xs" c="dimmed">
            {t.notForSegment}
          </Text>
        )}
      </Group>
      {error === null ? null : <StatementFault error={error} sql={sql} />}
      {data === undefined ? (
        error === null && seen ? (
          <Loading lines={2} />
        ) : null
      ) : (
        <>
          <AnswerView answer={data} sql={sql} view={view} caption={title} />
          <Text size="xs" c="dimmed" mt="xs">
            {data.truncated === null ? '' : `${t.cut(data.rows.length)} `}
            {t.readAt(formats.clock(new Date(dataUpdatedAt).toISOString()))}
          </Text>
        </>
      )}
      {children}
    </section>
  );
}

/** Whether an element is visible now: what nobody sees need not be read. */
function useSeen<E extends Element>(): readonly [RefObject<E | null>, boolean] {
  const element = useRef<E>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (element.current === null) return undefined;
    // Nothing ahead of scrolling: it would take time from what is visible.
    const watch = new IntersectionObserver((entries) => setSeen(entries.at(-1)?.isIntersecting === true));
    watch.observe(element.current);
    return () => watch.disconnect();
  }, []);
  return [element, seen];
}
