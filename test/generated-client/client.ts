/**
 * Uses clients that openapi-typescript has generated from the documents that a running Hilo serves, as a stranger would: reads
 * and writes, all of them checked by the compiler. Prints what it got as JSON.
 */
import createClient from 'openapi-fetch';
import type { paths as Activation } from './generated/activation.d.ts';
import type { paths as Console } from './generated/console.d.ts';
import type { paths as History } from './generated/history.d.ts';
import type { paths as Identity } from './generated/identity.d.ts';
import type { paths as Ingestion } from './generated/ingestion.d.ts';
import type { paths as Profile } from './generated/profile.d.ts';
import type { paths as Segmentation } from './generated/segmentation.d.ts';

const {
  activationUrl,
  consoleUrl,
  historyUrl,
  identityUrl,
  ingestionUrl,
  profileUrl,
  segmentationUrl,
  adminToken,
  writeKey,
} = JSON.parse(process.env.HILO_CREDENTIALS ?? '') as Readonly<Record<string, string>>;
const headers = { authorization: `Bearer ${adminToken}` };
const userId = process.argv[2] ?? '';

/** The data of an answer; an error is one. */
async function of<T>(answer: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const { data, error } = await answer;
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

const profile = createClient<Profile>({ baseUrl: profileUrl ?? '', headers });
const path = { space: 'default', identifier: `user_id:${userId}` };
const BASE = '/v1/spaces/{space}/collections/users/profiles/{identifier}';
const { traits } = await of(profile.GET(`${BASE}/traits`, { params: { path, query: { limit: 5 } } }));
const { metadata } = await of(profile.GET(`${BASE}/metadata`, { params: { path, query: { verbose: 'true' } } }));

const identity = createClient<Identity>({ baseUrl: identityUrl ?? '', headers });
const identifier = { type: 'user_id', value: userId };
const known = await of(identity.POST('/v1/profiles/lookup', { body: { identifier } }));

const history = createClient<History>({ baseUrl: historyUrl ?? '', headers });
const timeline = await of(
  history.GET('/v1/profiles/{profile_id}/events', { params: { path: { profile_id: known.profile_id } } }),
);
const id = crypto.randomUUID();
const answer = await of(history.POST('/v1/queries', { body: { id, sql: 'SELECT 1 AS one' } }));
const replay = await history.POST('/v1/dead-letters/{stage}/replay', {
  params: { path: { stage: 'nothing' } },
  body: { dead_letters: [{ partition: 0, offset: 0 }] },
});

const people = createClient<Console>({ baseUrl: consoleUrl ?? '', headers });
const email = `${userId}@example.com`;
const added = await of(
  people.POST('/api/users', {
    body: { email, name: 'Stranger', role: 'viewer', password: 'the lamp hums under snow' },
  }),
);
const user = { path: { id: added.id } };
const changed = await of(people.PATCH('/api/users/{id}', { params: user, body: { role: 'editor' } }));
const removed = await people.DELETE('/api/users/{id}', { params: user });
const { items } = await of(people.POST('/api/audit/search', { body: { limit: 3, target: `users/${email}` } }));

const segmentation = createClient<Segmentation>({ baseUrl: segmentationUrl ?? '', headers });
const key = userId;
const segment = await of(
  segmentation.PUT('/v1/segments/{key}', {
    params: { path: { key } },
    body: { name: 'Strangers', condition: { trait: 'plan', is: { eq: 'pro' } } },
  }),
);
const unsaved = await segmentation.DELETE('/v1/segments/{key}', { params: { path: { key } } });

const activation = createClient<Activation>({ baseUrl: activationUrl ?? '', headers });
const types = await of(activation.GET('/v1/destination-types'));
const destination = await of(
  activation.PUT('/v1/destinations/{key}', {
    params: { path: { key } },
    body: { type: 'webhook', settings: { url: 'https://example.com/hook' }, segments: [] },
  }),
);
const unmade = await activation.DELETE('/v1/destinations/{key}', { params: { path: { key } } });

const ingestion = createClient<Ingestion>({ baseUrl: ingestionUrl ?? '', headers });
const sources = await of(ingestion.GET('/v1/sources', { params: { query: { limit: 1 } } }));
const tracked = await of(
  ingestion.POST('/v1/{call}', {
    params: { path: { call: 'track' }, query: { writeKey: writeKey ?? '' } },
    body: { userId, event: 'Read the documents' },
    headers: { authorization: null },
  }),
);

process.stdout.write(
  JSON.stringify({
    traits,
    profileIds: [metadata.profile_id, known.profile_id, timeline.profile_id],
    events: timeline.items.map(({ event, timestamp }) => ({ event, isTimed: timestamp !== null })),
    // The answer to a statement may also be a file, which is a text.
    rows: typeof answer === 'string' ? answer : answer.rows,
    refused: replay.error?.code,
    roles: [added.role, changed.role],
    removed: removed.response.status,
    segment: [segment.version, unsaved.response.status],
    types: types.items.map((type) => type.key),
    destination: [destination.type, unmade.response.status],
    sources: sources.items.length,
    tracked,
    audit: items.map(({ what, target }) => ({ what, target })),
  }),
);
