import { get } from 'node:http';

const TIMEOUT_MS = 5_000;

/**
 * Status of one GET on its own connection; null if nothing answers. (fetch would keep the connection, which delays the
 * other side's clean end.)
 */
export function statusOf(url: string, headers: Readonly<Record<string, string>> = {}): Promise<number | null> {
  return new Promise((resolve) => {
    const call = get(url, { agent: false, headers: { ...headers, connection: 'close' }, timeout: TIMEOUT_MS });
    call.once('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? null);
    });
    call.once('error', () => resolve(null));
    call.once('timeout', () => call.destroy(new Error('no answer')));
  });
}
