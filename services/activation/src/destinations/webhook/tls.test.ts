import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { webhookAttempt } from '../../testing/fixtures.ts';
import { judgeAddress, readAllowedNetworks } from './address.ts';
import { WebhookCalls } from './perform.ts';

const known = getCACertificates('default');
let folder: string;
let server: Server | undefined;

/** A certificate that signed itself, as PEM. */
function certificateFor(name: string): Pick<ServerOptions, 'cert' | 'key'> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-keyout', `${name}.key`];
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${name === '127.0.0.1' ? 'IP' : 'DNS'}:${name}`];
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, ...names, '-out', `${name}.pem`], {
    cwd: folder,
    stdio: 'pipe',
  });
  return { cert: readFileSync(join(folder, `${name}.pem`)), key: readFileSync(join(folder, `${name}.key`)) };
}

let ours: Pick<ServerOptions, 'cert' | 'key'>;
let another: Pick<ServerOptions, 'cert' | 'key'>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hilo-tls-'));
  ours = certificateFor('127.0.0.1');
  another = certificateFor('crm.example');
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  setDefaultCACertificates(known);
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

/** What becomes of a delivery to a receiver behind TLS, and how many requests the receiver saw. */
async function deliverTo(options: ServerOptions, trusted: readonly unknown[]) {
  let requests = 0;
  server = createServer(options, (request, response) => {
    requests += 1;
    request.resume().on('end', () => response.end());
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  setDefaultCACertificates([...known, ...trusted.map(String)]);
  const allowed = readAllowedNetworks('127.0.0.1');
  const calls = new WebhookCalls({
    timeoutMs: 2_000,
    concurrency: 1,
    judge: (address, endpoint) => judgeAddress(address, endpoint, allowed),
  });
  const { port } = server.address() as AddressInfo;
  const outcome = await calls.perform(webhookAttempt(`https://127.0.0.1:${port}/hook`, 2_000));
  await calls.close();
  return { kind: outcome.kind, requests };
}

const LATEST = { minVersion: 'TLSv1.3' } as const;
const OLD = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
const NOT_SENT = { kind: 'transient_failure', requests: 0 };

describe('a webhook behind TLS', () => {
  it('is called where its certificate is valid, by TLS 1.2 or 1.3', async () => {
    expect(await deliverTo({ ...ours, ...LATEST }, [ours.cert])).toEqual({ kind: 'delivered', requests: 1 });
  });

  it('is sent nothing where nobody that is trusted signed its certificate', async () => {
    expect(await deliverTo(ours, [])).toEqual(NOT_SENT);
  });

  it('is sent nothing where its certificate is that of another host', async () => {
    expect(await deliverTo(another, [another.cert])).toEqual(NOT_SENT);
  });

  it('is sent nothing where it speaks no later version than TLS 1.1', async () => {
    expect(await deliverTo({ ...ours, ...OLD }, [ours.cert])).toEqual(NOT_SENT);
  });

  it('is sent nothing where it offers weak cipher suites alone', async () => {
    const weak = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0' } as const;
    expect(await deliverTo({ ...ours, ...weak }, [ours.cert])).toEqual(NOT_SENT);
  });
});
