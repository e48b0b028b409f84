import type { Credentials } from './credentials.ts';

/** Key of the source that the demo and first experiments write to. */
export const DEMO_SOURCE = 'demo';

/** Some of the shop's orders exceed the default of 32 KB per event. */
const EVENT_BYTES_MAX = 256 * 1024;

/** Creates the demo's source with the write key of the credentials, through ingestion's admin API. */
export async function createDemoSource({ ingestionUrl, adminToken, writeKey }: Credentials): Promise<void> {
  const answer = await fetch(`${ingestionUrl}/v1/sources/${DEMO_SOURCE}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Demo shop', write_key: writeKey, max_event_bytes: EVENT_BYTES_MAX }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`ingestion answers ${answer.status} to the demo's source: ${text}`);
}
