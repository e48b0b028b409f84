import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OtlpReceiver } from './testing/otlp-receiver.ts';

const SERVICE = new URL('./testing/shipping-service.ts', import.meta.url).pathname;
const PATIENT = { timeout: 60_000, interval: 50 };

let folder: string;
let receiver: OtlpReceiver;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hilo-shipping-'));
  const names = ['-subj', '/CN=receiver', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', [...request, ...names, '-keyout', 'tls.key', '-out', 'tls.pem'], {
    cwd: folder,
    stdio: 'ignore',
  });
  const [cert = '', key = ''] = ['tls.pem', 'tls.key'].map((file) => readFileSync(join(folder, file), 'utf8'));
  receiver = new OtlpReceiver({ cert, key });
  await receiver.start();
});
afterAll(async () => {
  await receiver.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a service until it is up, and ends it; what it wrote to standard output. */
async function run(environment: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, ['--conditions=hilo-source', SERVICE], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...{ PATH: process.env['PATH'] ?? '', HILO_ADMIN_TOKEN: 'a token of these tests that is long' },
      ...{ HILO_PORT: '0', HILO_OPERATIONS_PORT: '0', HILO_INSTANCE: 'small-1', ...environment },
    },
  });
  let output = '';
  child.stdout.on('data', (part: Buffer) => (output += part.toString()));
  await expect.poll(() => output, PATIENT).toContain('"msg":"up"');
  child.kill('SIGTERM');
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  return output;
}

it('a service sends each line of its log by HTTPS, to its last one, and writes it to standard output as well', async () => {
  const output = await run({
    HILO_LOG_OTLP_URL: receiver.url,
    HILO_LOG_OTLP_HEADERS: 'authorization=Bearer abc',
    NODE_EXTRA_CA_CERTS: join(folder, 'tls.pem'),
  });
  const written = [...output.matchAll(/"msg":"(.*?)"/g)].map(([, message]) => message);
  expect(receiver.records.map(({ body }) => body)).toEqual(written);
  expect(written.at(-1)).toBe('Stopped');
  const up = receiver.records.find(({ body }) => body === 'up');
  expect(up).toMatchObject({ severityText: 'WARN', scope: 'hilo.log' });
  expect(up?.attributes).toMatchObject({ topic: 'events.received', partition: '3' });
  expect(up?.resource).toMatchObject({ 'service.name': 'hilo-small', 'service.instance.id': 'small-1' });
  expect(receiver.headers[0]).toMatchObject({ authorization: 'Bearer abc' });
  expect(output).not.toContain('Bearer abc');
}, 120_000);

it('a service sends nothing to a receiver whose certificate it cannot check, says so, and runs all the same', async () => {
  const before = receiver.requests;
  const output = await run({ HILO_LOG_OTLP_URL: receiver.url });
  expect(receiver.requests).toBe(before);
  expect(output).toContain('"msg":"Stopped"');
}, 120_000);
