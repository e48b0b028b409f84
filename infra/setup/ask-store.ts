import { type IncomingMessage, request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';
import type { KeyPair } from '@hilo/service';

/** A request to the HTTP API of a store. */
export interface StoreRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The client certificate to show; null: none. */
  readonly certificate: KeyPair | null;
  readonly withinMs: number;
}

/** What a store answers. */
export interface StoreAnswer {
  /** Whether its status is one of success. */
  readonly ok: boolean;
  readonly status: number;
  readonly text: string;
}

/** Asks a store by HTTP or HTTPS. Rejects if it does not answer within `withinMs`. */
export async function askStore(url: string, request: StoreRequest): Promise<StoreAnswer> {
  const { method, headers, body, certificate, withinMs } = request;
  const call = url.startsWith('https:') ? requestByHttps : requestByHttp;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { method, headers, signal: AbortSignal.timeout(withinMs), ...certificate };
    call(url, options, resolve).once('error', reject).end(body);
  });
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  const { statusCode: status = 0 } = answer;
  return { ok: status >= 200 && status < 300, status, text: Buffer.concat(pieces).toString() };
}
