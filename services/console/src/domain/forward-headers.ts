import { CHANGE_ID_HEADER } from '@hilo/service';

/** Headers by their lower-case names. */
export type HeaderFields = Readonly<Record<string, string>>;

/** Headers of a person's request that reach a service; the person's identity is not among them. */
const SENT = ['accept', 'accept-language', 'content-type', 'if-match', 'idempotency-key', 'last-event-id'];

/** Headers of one connection only, or set by the console. */
const KEPT_BACK = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'content-encoding', 'content-length', 'date', 'server', 'set-cookie'],
  ...['www-authenticate', 'content-security-policy', 'referrer-policy', 'x-content-type-options'],
]);

/** Headers of the call to a service. `token` says whose call it is, and `changeId` names the change for the service's own record. */
export function sentHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  token: string,
  changeId: string | null = null,
): HeaderFields {
  const own = SENT.flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return {
    ...Object.fromEntries(own),
    ...(changeId === null ? {} : { [CHANGE_ID_HEADER]: changeId }),
    ...{ authorization: `Bearer ${token}`, 'accept-encoding': 'identity' },
  };
}

/** Headers of a service's answer that go on to the person. */
export function answerHeaders(headers: Iterable<readonly [string, string]>): HeaderFields {
  const all = [...headers].map(([name, value]) => [name.toLowerCase(), value] as const);
  const connection = all.find(([name]) => name === 'connection')?.[1] ?? '';
  const named = new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(all.filter(([name]) => !KEPT_BACK.has(name) && !named.has(name)));
}
