import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { OpenidProvider } from './openid-provider.ts';

let server: Server;
afterEach(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

async function listen(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function providerAt(issuer: string, { answersWithinS = 10, nowMs = Date.now } = {}) {
  const report = vi.fn();
  const settings = {
    ...{ issuer, clientId: 'hilo', clientSecret: 'secret', scopes: 'openid', wantedClaims: [] },
    redirectUrl: 'http://127.0.0.1:4000/api/session/openid/callback',
  };
  return { provider: new OpenidProvider(settings, { nowMs, report, answersWithinS }), report };
}

const metadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
});
const json =
  (value: unknown): RequestListener =>
  (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(value));
  };

describe('the provider', () => {
  it('is unavailable if it begins an answer and does not end it', async () => {
    const issuer = await listen((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.write('{"issuer":');
    });
    const { provider, report } = providerAt(issuer, { answersWithinS: 0.2 });
    expect(await provider.begin(false)).toBe('provider_unavailable');
    expect(report).toHaveBeenCalledOnce();
  });

  it('is unavailable if an answer is larger than a megabyte', async () => {
    let sent = 0;
    const issuer = await listen((_request, response) => {
      response.setHeader('content-type', 'application/json');
      const chunk = ' '.repeat(64 * 1024);
      const more = (): void => {
        while (sent < 100 * 1024 * 1024 && response.writable) {
          sent += chunk.length;
          if (!response.write(chunk)) break;
        }
      };
      response.on('drain', more);
      more();
    });
    expect(await providerAt(issuer).provider.begin(false)).toBe('provider_unavailable');
    expect(sent).toBeLessThan(20 * 1024 * 1024);
  });

  it('is unavailable if it says that it is another one', async () => {
    const issuer = await listen(json(metadata('https://evil.example')));
    expect(await providerAt(issuer).provider.begin(false)).toBe('provider_unavailable');
  });

  it('is not followed to another address', async () => {
    const asked: string[] = [];
    const issuer = await listen((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await providerAt(issuer).provider.begin(false)).toBe('provider_unavailable');
    expect(asked).toEqual(['/.well-known/openid-configuration']);
  });

  it('is asked about itself once an hour, and again at once after it failed', async () => {
    let asked = 0;
    let isDown = true;
    const clock = { ms: 0 };
    const issuer: string = await listen((request, response) => {
      asked += 1;
      if (isDown) response.writeHead(503).end();
      else json(metadata(`http://${request.headers.host}`))(request, response);
    });
    const { provider } = providerAt(issuer, { nowMs: () => clock.ms });
    expect(await provider.begin(false)).toBe('provider_unavailable');
    isDown = false;
    for (let time = 0; time < 3; time++) expect(await provider.begin(false)).toMatchObject({ url: expect.any(String) });
    expect(asked).toBe(2);
    clock.ms += 3_600_000;
    await provider.begin(false);
    expect(asked).toBe(3);
  });

  it('gets another state, nonce and verifier for each attempt', async () => {
    const issuer: string = await listen((request, response) =>
      json(metadata(`http://${request.headers.host}`))(request, response),
    );
    const { provider } = providerAt(issuer);
    const begun = await Promise.all([provider.begin(false), provider.begin(false)]);
    const texts = begun.flatMap((one) => (typeof one === 'string' ? [] : [one.state, one.nonce, one.verifier]));
    expect(new Set(texts).size).toBe(6);
    for (const text of texts) expect(text).toMatch(/^[\w-]{43}$/);
  });
});
