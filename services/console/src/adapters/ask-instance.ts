import { get as getByHttp, type IncomingMessage } from 'node:http';
import { get as getByHttps } from 'node:https';
import { isIP } from 'node:net';
import type { Instance } from './instances-behind.ts';

/** What an instance answers. */
export interface InstanceAnswer {
  /** Whether its status is one of success. */
  readonly ok: boolean;
  readonly text: string;
}

/**
 * Asks one instance for a path, at its own address. Its certificate must be one for the name in its URL, which all instances of
 * a service share. Rejects if it does not answer within `withinMs`.
 */
export async function askInstance({ url, address }: Instance, path: string, withinMs: number): Promise<InstanceAnswer> {
  const { protocol, host, hostname, port } = new URL(url);
  const name = hostname.replace(/^\[|\]$/g, '');
  const get = protocol === 'https:' ? getByHttps : getByHttp;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = {
      ...{ host: address ?? name, path, headers: { host }, signal: AbortSignal.timeout(withinMs) },
      ...(port === '' ? {} : { port }),
      ...(isIP(name) === 0 ? { servername: name } : {}),
    };
    get(options, resolve).once('error', reject);
  });
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  const { statusCode = 0 } = answer;
  return { ok: statusCode >= 200 && statusCode < 300, text: Buffer.concat(parts).toString() };
}
