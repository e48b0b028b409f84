import type { EventAccepted, EventRejected } from '@hilo/schemas';
import type { Credentials } from '@hilo/test-stack';
import { eventually } from '../e2e/eventually.ts';
import { readTopic } from '../e2e/topic-reader.ts';

/** A test's own source. */
export interface TestSource {
  readonly key: string;
  readonly write_key: string;
}

let sources = 0;

/** Creates a source through the admin API. */
export async function createSource(
  { ingestionUrl, adminToken }: Credentials,
  name: string,
  settings: object = {},
): Promise<TestSource> {
  const key = `${name}-${Date.now().toString(36)}-${sources++}`;
  const answer = await fetch(`${ingestionUrl}/v1/sources/${key}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${adminToken}` },
    body: JSON.stringify({ name, ...settings }),
  });
  if (!answer.ok) throw new Error(`the source was not created: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as TestSource;
}

/** How the events of a source ended. */
export interface Ends {
  readonly accepted: readonly EventAccepted[];
  readonly rejected: readonly EventRejected[];
}

/** Waits until `count` events of a source have ended, and returns how. Rejects if more of them end. */
export async function endsOf(credentials: Credentials, source: TestSource, count: number): Promise<Ends> {
  const ends = await eventually(
    `${count} events of source ${source.key} end`,
    () => endsNow(credentials, source),
    ({ accepted, rejected }) => accepted.length + rejected.length >= count,
    60_000,
  );
  const found = ends.accepted.length + ends.rejected.length;
  if (found > count) throw new Error(`${found} events of source ${source.key} ended where ${count} were sent`);
  return ends;
}

/** How the events of a source that arrived so far ended. */
async function endsNow(credentials: Credentials, source: TestSource): Promise<Ends> {
  const [accepted, rejected] = await Promise.all([
    readTopic<EventAccepted>(credentials, 'events.accepted'),
    readTopic<EventRejected>(credentials, 'events.rejected'),
  ]);
  const ofSource = <T extends { readonly source: string }>(records: readonly { readonly value: T }[]): T[] =>
    records.map(({ value }) => value).filter((value) => value.source === source.key);
  return { accepted: ofSource(accepted), rejected: ofSource(rejected) };
}
