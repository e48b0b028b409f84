import type { LookupAddress, lookup } from 'node:dns';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { webhookAttempt } from '../../testing/fixtures.ts';
import { judgeAddress, readAllowedNetworks } from './address.ts';
import { WebhookCalls } from './perform.ts';

const REFUSED = { kind: 'permanent_failure', reason: 'blocked_address', answer: null };

let server: Server;
let port: number;
let connections: number;
let answer: (response: ServerResponse) => void;
let names: Map<string, () => readonly string[]>;
let opened: WebhookCalls[];

beforeEach(async () => {
  connections = 0;
  answer = (response) => response.end('secret of the inside');
  names = new Map();
  opened = [];
  server = createServer((request, response) => request.resume().on('end', () => answer(response)));
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const calls of opened) await calls.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Answers as a name server does that is asked for all addresses of a name. */
const askNames = ((host: string, _options: object, callback: (error: Error | null, found: LookupAddress[]) => void) => {
  const found = names.get(host)?.() ?? [];
  callback(
    found.length > 0 ? null : new Error('no such name'),
    found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  );
}) as typeof lookup;

function callsThatAllow(networks: string, ownNames = true, requiresTls = false): WebhookCalls {
  const allowed = readAllowedNetworks(networks);
  const calls = new WebhookCalls({
    timeoutMs: 2_000,
    concurrency: 4,
    judge: (address, endpoint) => judgeAddress(address, endpoint, allowed),
    requiresTls,
    ...(ownNames ? { lookup: askNames } : {}),
  });
  opened.push(calls);
  return calls;
}

const post = (calls: WebhookCalls, url: string) => calls.perform(webhookAttempt(url, 2_000));

describe('a webhook', () => {
  it.each([
    ...[
      '127.0.0.1',
      'localhost',
      'localhost.',
      '[::1]',
      '0x7f.1',
      '2130706433',
      '127.1',
      '[::ffff:127.0.0.1]',
      '0.0.0.0',
    ],
    ...['[::127.0.0.1]', '[2002:7f00:1::]', '[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]', '[fec0::1]', '169.254.169.254'],
    ...['１２７.0.0.1', '127。0。0。1', '127%2e0.0.1', '168.63.129.16', '10.0.0.1', '[fd00::1]'],
  ])('at %s is not called', async (host) => {
    expect(await post(callsThatAllow('', false), `http://${host}:${port}/`)).toEqual(REFUSED);
    expect(await post(callsThatAllow('', false), `https://${host}:${port}/`)).toEqual(REFUSED);
    expect(connections).toBe(0);
  });

  it.each([
    [['127.0.0.1']],
    [['8.8.8.8', '127.0.0.1']],
    [['127.0.0.1', '2606:4700:4700::1111']],
    [['::ffff:127.0.0.1']],
    [['169.254.169.254']],
    [['fe80::1%eth0']],
  ])('whose name leads to %j is not called, even if one of them is public', async (addresses) => {
    names.set('hook.example', () => addresses);
    expect(await post(callsThatAllow(''), `http://hook.example:${port}/`)).toEqual(REFUSED);
    expect(connections).toBe(0);
  });

  it('is called where its name led when it was judged, whatever it leads to a moment later', async () => {
    const asked: string[] = [];
    names.set('hook.example', () => {
      asked.push('hook.example');
      return [asked.length === 1 ? '127.0.0.1' : '127.0.0.2'];
    });
    const calls = callsThatAllow(`127.0.0.1:${port}`);
    expect(await post(calls, `http://hook.example:${port}/`)).toMatchObject({
      kind: 'delivered',
      answer: { status: 200 },
    });
    expect(asked).toHaveLength(1);
    // Judged anew with each connection: the kept one is gone.
    server.closeAllConnections();
    await expect.poll(() => post(calls, `http://hook.example:${port}/`)).toEqual(REFUSED);
  });

  it('inside is called at the allowed port only, and only the status of its answer is kept', async () => {
    names.set('console', () => ['127.0.0.1']);
    names.set('other', () => ['127.0.0.1']);
    for (const allowed of [`127.0.0.1:${port}`, '127.0.0.0/8', `console:${port}`, 'console'])
      expect(await post(callsThatAllow(allowed), `http://console:${port}/`), allowed).toEqual({
        kind: 'delivered',
        answer: { status: 200, body: null },
      });
    for (const allowed of [`127.0.0.1:${port + 1}`, `console:${port + 1}`, '10.0.0.0/8', 'other', ''])
      expect(await post(callsThatAllow(allowed), `http://console:${port}/`), allowed).toEqual(REFUSED);
  });

  it('is not called by plain HTTP at a public address where TLS is required, unless the operator allows that address', async () => {
    names.set('crm.example', () => ['93.184.216.34']);
    for (const url of ['http://93.184.216.34/', 'http://crm.example/'])
      expect(await post(callsThatAllow('', true, true), url), url).toEqual(REFUSED);
    names.set('console', () => ['127.0.0.1']);
    const inside = callsThatAllow(`console:${port}`, true, true);
    expect(await post(inside, `http://console:${port}/`)).toMatchObject({ kind: 'delivered' });
  });

  it('inside that sends elsewhere with a redirect is not followed, and its refusal says no more than its status', async () => {
    answer = (response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end('moved');
    const calls = callsThatAllow(`127.0.0.1:${port}`);
    expect(await post(calls, `http://127.0.0.1:${port}/`)).toMatchObject({ answer: { status: 302, body: null } });
    answer = (response) => response.writeHead(400).end('Code: 62. DB::Exception');
    expect(await post(calls, `http://127.0.0.1:${port}/`)).toMatchObject({ answer: { status: 400, body: null } });
  });
});
