import { SERVICE_NAMES } from '@hilo/infra';
import { sharedStack } from '@hilo/test-stack';
import { describe, expect, it } from 'vitest';

const credentials = sharedStack();
const statusOf = async (url: string) => {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${credentials.adminToken}` } });
  await answer.body?.cancel();
  return answer.status;
};

describe.each(SERVICE_NAMES)('%s', (service) => {
  it('serves on its own port no metrics and no document, only its health', async () => {
    for (const base of credentials.instances[service]) {
      for (const path of ['/metrics', '/openapi.json', '//metrics', '/metrics/', '/v1/../metrics'])
        expect([path, await statusOf(`${base}${path}`)]).toEqual([path, 404]);
      expect(await statusOf(`${base}/health/live`)).toBe(200);
    }
  });

  it('serves health, metrics and its document at its operations port, and nothing else there', async () => {
    expect(credentials.operations[service]).toHaveLength(credentials.instances[service].length);
    for (const base of credentials.operations[service]) {
      for (const path of ['/health/live', '/health/ready', '/metrics', '/openapi.json'])
        expect([path, await statusOf(`${base}${path}`)]).toEqual([path, 200]);
      for (const path of ['/', '/v1/changes', '/v1/sources', '/api/session'])
        expect([path, await statusOf(`${base}${path}`)]).toEqual([path, 404]);
    }
  });
});
