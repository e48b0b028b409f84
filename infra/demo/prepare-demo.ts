import { setTimeout as pause } from 'node:timers/promises';
import type { Credentials } from '../stack/credentials.ts';
import { createDemoSource } from '../stack/demo-source.ts';
import { DEMO_SEGMENTS } from './demo-segments.ts';

/** Key of the destination that calls the console's own webhook. */
const DESTINATION = 'console';

const PUBLISHED_WITHIN_MS = 30_000;

/** Creates the demo's source, segments and webhook destination; existing ones stay as they are. */
export async function prepareDemo(credentials: Credentials): Promise<void> {
  await createDemoSource(credentials);
  for (const { key, name, condition } of DEMO_SEGMENTS)
    await ask(credentials, 'PUT', `${credentials.segmentationUrl}/v1/segments/${key}`, { name, condition });
  await untilPublished(credentials);
  const receiver = await ask(credentials, 'GET', `${credentials.consoleUrl}/v1/webhook-receiver`);
  const { url, secret } = receiver as { readonly url: string; readonly secret: string };
  await ask(credentials, 'PUT', `${credentials.activationUrl}/v1/destinations/${DESTINATION}`, {
    type: 'webhook',
    settings: { url, secret },
    segments: 'all',
  });
}

/**
 * Once the segments are in force, people enter by their events. If these were sent earlier, people would enter by the definition,
 * and destinations would hear of nobody.
 */
async function untilPublished(credentials: Credentials): Promise<void> {
  const deadlineMs = performance.now() + PUBLISHED_WITHIN_MS;
  for (const { key } of DEMO_SEGMENTS) {
    for (;;) {
      const segment = await ask(credentials, 'GET', `${credentials.segmentationUrl}/v1/segments/${key}`);
      if ((segment as { published: boolean }).published) break;
      if (performance.now() > deadlineMs) throw new Error(`segment ${key} was not published in time`);
      await pause(100);
    }
  }
}

async function ask({ adminToken }: Credentials, method: 'GET' | 'PUT', url: string, body?: object): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url} answers ${answer.status}: ${text.slice(0, 500)}`);
  return text === '' ? null : (JSON.parse(text) as unknown);
}
