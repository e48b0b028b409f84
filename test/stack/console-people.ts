import { randomBytes } from 'node:crypto';
import type { Credentials } from '@hilo/infra';

/** Somebody new in the console. */
export interface NewConsolePerson {
  readonly email: string;
  readonly name?: string;
  readonly role: 'admin' | 'editor' | 'viewer' | 'privacy';
  /** The one that the person chooses. */
  readonly password: string;
}

/** A person's session, as headers of requests. */
export interface ConsoleSession {
  readonly cookie: string;
  readonly 'x-csrf-token': string;
}

/**
 * Adds somebody on behalf of the stack's admin, who signs in for the first time and chooses a password, as the console asks of
 * everybody whose password somebody else knows. Resolves with the session.
 */
export async function addConsolePerson(
  { consoleUrl, adminToken }: Pick<Credentials, 'consoleUrl' | 'adminToken'>,
  { email, name = email, role, password: next }: NewConsolePerson,
): Promise<ConsoleSession> {
  const current = randomBytes(18).toString('base64url');
  const users = new URL('/api/users', consoleUrl);
  await send('POST', users, { authorization: `Bearer ${adminToken}` }, { email, name, role, password: current });
  const session = await sessionOf(
    await send('POST', new URL('/api/session', consoleUrl), {}, { email, password: current }),
  );
  return sessionOf(await send('PUT', new URL('/api/session/password', consoleUrl), { ...session }, { current, next }));
}

async function send(
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: object,
): Promise<Response> {
  const answer = await fetch(url, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (!answer.ok) throw new Error(`${method} ${url.pathname} answers ${answer.status}: ${await answer.text()}`);
  return answer;
}

async function sessionOf(answer: Response): Promise<ConsoleSession> {
  const set = answer.headers.getSetCookie().find((cookie) => /^(__Host-)?hilo_session=/.test(cookie));
  const { csrf } = (await answer.json()) as { readonly csrf: string };
  return { cookie: set?.split(';')[0] ?? '', 'x-csrf-token': csrf };
}
