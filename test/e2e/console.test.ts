import { addConsolePerson, type ConsoleSession, sharedStack } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const credentials = sharedStack();
const { consoleUrl, adminToken } = credentials;
const RUN = `e2e${Date.now().toString(36)}`;
const PASSWORD = 'several words of this run';
const SEGMENT = `/api/segmentation/v1/segments/${RUN}`;

interface AuditLine {
  readonly target: string;
  readonly who: string;
  readonly what: string;
}

async function ask(method: string, path: string, headers: Readonly<Record<string, string>>, body?: object) {
  const answer = await fetch(consoleUrl + path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true && text !== '';
  return { answer, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : null };
}

const asStack = { authorization: `Bearer ${adminToken}` };
const as = (session: ConsoleSession) => ({ ...session });
const emailOf = (role: string): string => `${role}-${RUN}@example.com`;

/**
 * The newest changes of a target in the audit log, without refused requests. A change at a service's own interface is
 * collected a moment later, so those of earlier tests may come in between.
 */
async function audited(target: string): Promise<readonly AuditLine[]> {
  const { body } = await ask('POST', '/api/audit/search', asStack, { limit: 50, target });
  return ((body?.items ?? []) as AuditLine[]).filter((line) => line.target === target && line.what !== 'refused');
}

/** Adds somebody and signs them in, as a browser would. */
function person(role: 'editor' | 'viewer'): Promise<ConsoleSession> {
  return addConsolePerson(credentials, { email: emailOf(role), name: role, role, password: PASSWORD });
}

describe('people in the console', () => {
  let editor: ConsoleSession;
  let viewer: ConsoleSession;
  beforeAll(async () => {
    [editor, viewer] = await Promise.all([person('editor'), person('viewer')]);
  });
  afterAll(async () => {
    await ask('DELETE', SEGMENT, asStack);
    const emails = [emailOf('editor'), emailOf('viewer')];
    const { body } = await ask('GET', '/api/users?limit=1000', asStack);
    for (const { id, email } of (body?.items ?? []) as { readonly id: string; readonly email: string }[])
      if (emails.includes(email)) await ask('DELETE', `/api/users/${id}`, asStack);
  });

  it('an editor makes a segment, which a viewer sees and cannot change, and the audit log has it', async () => {
    const segment = { name: 'Through the console', condition: { did: 'Order Completed' } };
    expect((await ask('PUT', SEGMENT, as(editor), segment)).body).toMatchObject({ key: RUN, version: 1 });
    expect((await ask('GET', SEGMENT, as(viewer))).body).toMatchObject(segment);
    for (const method of ['PUT', 'DELETE'])
      expect((await ask(method, SEGMENT, as(viewer), segment)).body).toMatchObject({ code: 'forbidden' });
    expect(await audited(`segmentation/v1/segments/${RUN}`)).toMatchObject([
      {
        who: emailOf('editor'),
        what: 'created',
        target: `segmentation/v1/segments/${RUN}`,
        before: null,
        after: segment,
      },
    ]);
  });

  it('a viewer sees sources without their write keys, an editor with them', async () => {
    const [seen, known] = await Promise.all(
      [viewer, editor].map((one) => ask('GET', '/api/ingestion/v1/sources/demo', as(one))),
    );
    expect(seen?.body).toMatchObject({ key: 'demo', write_key: '[redacted]' });
    expect(known?.body?.write_key).not.toBe('[redacted]');
  });

  it('a change at a service’s own interface is in the audit log, and one through the console is there once', async () => {
    const { ingestionUrl, segmentationUrl, activationUrl, historyUrl } = sharedStack();
    const changes: readonly (readonly [method: string, url: string, target: string, body?: object])[] = [
      ['PUT', `${ingestionUrl}/v1/sources/${RUN}`, `ingestion/v1/sources/${RUN}`, { name: RUN }],
      ['POST', `${ingestionUrl}/v1/rejected/replay`, 'ingestion/v1/rejected/replay', { ids: [`r-${RUN}`] }],
      [
        'PUT',
        `${segmentationUrl}/v1/segments/${RUN}-own`,
        `segmentation/v1/segments/${RUN}-own`,
        { condition: { did: RUN } },
      ],
      [
        'PUT',
        `${activationUrl}/v1/destinations/${RUN}`,
        `activation/v1/destinations/${RUN}`,
        { type: 'webhook', settings: { url: 'http://127.0.0.1:9/' }, segments: [`${RUN}-own`], enabled: false },
      ],
      ['POST', `${activationUrl}/v1/deliveries/retry`, 'activation/v1/deliveries/retry', { ids: [`d_own_${RUN}`] }],
      [
        'POST',
        `${historyUrl}/v1/dead-letters/profile/replay`,
        'history/v1/dead-letters/profile/replay',
        { dead_letters: [{ partition: 0, offset: 999_999_999 }] },
      ],
      ['DELETE', `${activationUrl}/v1/destinations/${RUN}`, `activation/v1/destinations/${RUN}`],
      ['DELETE', `${segmentationUrl}/v1/segments/${RUN}-own`, `segmentation/v1/segments/${RUN}-own`],
    ];
    for (const [method, url, target, body] of changes) {
      const answer = await fetch(url, {
        method,
        headers: { ...asStack, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      expect([target, answer.ok]).toEqual([target, true]);
      const [log] = await audited(target);
      expect(log).toMatchObject({ target, who: 'the admin token', address: expect.stringMatching(/127\.0\.0\.1|::1/) });
      expect(JSON.stringify(log)).not.toMatch(/whsec_|"write_key":"(?!\[redacted)/);
    }
    const path = `/api/segmentation/v1/segments/${RUN}-one`;
    await ask('PUT', path, as(editor), { condition: { did: RUN } });
    await ask('DELETE', path, as(editor));
    const lines = await audited(`segmentation/v1/segments/${RUN}-one`);
    expect(lines.map(({ who, what }) => [who, what])).toEqual([
      [emailOf('editor'), 'deleted'],
      [emailOf('editor'), 'created'],
    ]);
  });

  it('an editor asks to send deliveries again, which a viewer cannot, and the audit log has it', async () => {
    const path = '/api/activation/v1/deliveries/retry';
    const ids = [`d_${RUN}`];
    expect((await ask('POST', path, as(viewer), { ids })).body).toMatchObject({ status: 403, code: 'forbidden' });
    const after = { items: [{ delivery_id: `d_${RUN}`, state: 'not_found', retried_as: null }] };
    expect((await ask('POST', path, as(editor), { ids })).body).toEqual(after);
    const [line] = await audited('activation/v1/deliveries/retry');
    expect(line).toMatchObject({ who: emailOf('editor'), what: 'ran', before: null, after });
  });

  it('somebody signed out sees nothing', async () => {
    await ask('DELETE', '/api/session', as(viewer));
    for (const path of [SEGMENT, '/api/overview', '/api/live', '/api/session'])
      expect((await ask('GET', path, as(viewer))).answer.status, path).toBe(401);
  });
});
