import { createServer as createPlain } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { CertificateAuthority } from '@hilo/service/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { askInstance } from './ask-instance.ts';

const known = getCACertificates('default');
const WITHIN_MS = 5_000;
let authority: CertificateAuthority;
const servers: (Server | ReturnType<typeof createPlain>)[] = [];
beforeAll(() => {
  authority = new CertificateAuthority();
  setDefaultCACertificates([...known, authority.cert]);
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
afterAll(() => {
  setDefaultCACertificates(known);
  authority?.close();
});

/** Ports of two instances of one service at two addresses of this machine: both have the certificate of its name. */
async function instances(name: string): Promise<number> {
  const { cert, key } = authority.issue(name, [`DNS:${name}`]);
  let port = 0;
  for (const address of ['127.0.0.1', '127.0.0.2']) {
    const server = createServer({ cert, key }, ({ url, headers }, response) =>
      response.end(`${address} ${url} ${headers.host}`),
    );
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(port, address, resolve));
    ({ port } = server.address() as AddressInfo);
  }
  return port;
}

describe('an instance of several behind one name', () => {
  it('is asked at its own address, and its certificate is judged by the name', async () => {
    const port = await instances('profile');
    const url = `https://profile:${port}`;
    for (const address of ['127.0.0.1', '127.0.0.2'])
      expect(await askInstance({ url, address }, '/metrics', WITHIN_MS)).toEqual({
        ok: true,
        text: `${address} /metrics profile:${port}`,
      });
  });

  it('is not asked if its certificate is for another service', async () => {
    const url = `https://identity:${await instances('profile')}`;
    await expect(askInstance({ url, address: '127.0.0.1' }, '/metrics', WITHIN_MS)).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });
});

it('an instance without TLS is asked by HTTP, and its status says whether it is well', async () => {
  const server = createPlain((_request, response) => response.writeHead(503).end('starting'));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  expect(await askInstance({ url, address: null }, '/health/ready', WITHIN_MS)).toEqual({
    ok: false,
    text: 'starting',
  });
});
