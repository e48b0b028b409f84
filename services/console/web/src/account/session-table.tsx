import type { ReactNode } from 'react';
import { ListTable } from '../elements/list-table.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import type { OpenSession } from './account-api.ts';
import { deviceOf } from './device-words.ts';
import { accountMessages } from './messages.ts';

interface SessionTableProps {
  readonly sessions: readonly OpenSession[];
  /** How to end one; absent: they end together. */
  readonly end?: (session: OpenSession) => ReactNode;
}

/** Sessions of one person: with which browser, from where and since when. */
export function SessionTable({ sessions, end }: SessionTableProps) {
  const t = useMessages(accountMessages);
  const formats = useFormats();
  return (
    <ListTable
      caption={t.sessionsCaption}
      items={sessions}
      keyOf={({ id }) => id}
      columns={[
        { key: 'browser', label: t.browser, cell: ({ user_agent }) => <Browser userAgent={user_agent} /> },
        { key: 'address', label: t.address, code: true, cell: ({ address }) => address },
        { key: 'began', label: t.began, cell: ({ started_at }) => formats.time(started_at) },
        { key: 'seen', label: t.seen, cell: ({ seen_at }) => formats.ago(seen_at, Date.now()) },
        ...(end === undefined ? [] : [{ key: 'end', label: t.end, align: 'end', cell: end } as const]),
      ]}
    />
  );
}

function Browser({ userAgent }: { readonly userAgent: string }) {
  const t = useMessages(accountMessages);
  const device = deviceOf(userAgent);
  if (device === null) return <span title={userAgent}>{t.unknownBrowser}</span>;
  const { browser, system } = device;
  return <span title={userAgent}>{system === null ? browser : t.on(browser, system)}</span>;
}
