import { testKeysOf } from '@hilo/service/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ServiceSilentError, ServiceUnavailableError } from '../ports.ts';
import { UpstreamService } from '../testing/upstream-service.ts';
import { httpServices } from './http-services.ts';

const { callerKeys, tokens } = testKeysOf('console');
const service = new UpstreamService(callerKeys);
let base: string;

beforeAll(async () => {
  base = await service.listen();
});
afterAll(() => service.close());

function callOf(urls: readonly string[], beginsWithinMs?: number) {
  const all = { ingestion: urls, identity: urls, profile: urls, segmentation: urls, activation: urls, history: urls };
  const call = httpServices(all, beginsWithinMs);
  return async (path: string, signal: AbortSignal = new AbortController().signal) =>
    call({
      service: 'identity',
      person: 'ann',
      method: 'GET',
      path,
      headers: { authorization: `Bearer ${await tokens.tokenFor('identity')}` },
      body: null,
      signal,
    });
}

it('gives a service that does not answer up, and does not ask another instance to do the same', async () => {
  service.seen.length = 0;
  await expect(callOf([base, base], 300)('/v1/silent')).rejects.toBeInstanceOf(ServiceSilentError);
  expect(service.seen).toHaveLength(1);
});

it('gives up when the one who asked is gone', async () => {
  await expect(callOf([base])('/v1/silent', AbortSignal.timeout(20))).rejects.toBeInstanceOf(ServiceSilentError);
});

it('says that nobody was reached where nobody was', async () => {
  await expect(callOf(['http://127.0.0.1:2', 'http://localhost:2'])('/v1/x')).rejects.toBeInstanceOf(
    ServiceUnavailableError,
  );
});
