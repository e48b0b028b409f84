import { sharedStack } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const { consoleUrl, adminToken } = sharedStack();
const RUN = `e2e${Date.now().toString(36)}`;
const PASSWORD = 'a password of this run';
const SEGMENT = `/api/segmentation/v1/segments/${RUN}`;

interface Signed {
  readonly cookie: string;
  readonly csrf: string;
}

async function ask(method: string, path: string, headers: Readonly<Record<string, string>>, body?: object) {
  const answer = await fetch(consoleUrl + path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  const is_json = answer.headers.get('content-type')?.includes('json') === true && text !== '';
  return { answer, body: is_json ? (JSON.parse(text) as Record<string, unknown>) : null };
}

const asStack = { authorization: `Bearer ${adminToken}` };
const as = ({ cookie, csrf }: Signed) => ({ cookie, 'x-csrf-token': csrf });
const emailOf = (role: string): string => `${role}-${RUN}@example.com`;

/** Adds somebody and signs them in, as a browser would. */
async function person(role: 'editor' | 'viewer'): Promise<Signed> {
  const email = emailOf(role);
  await ask('POST', '/api/users', asStack, { email, name: role, role, password: PASSWORD });
  const { answer, body } = await ask('POST', '/api/session', {}, { email, password: PASSWORD });
  expect(answer.status).toBe(200);
  return { cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '', csrf: String(body?.csrf) };
}

describe('people in the console', () => {
  let editor: Signed;
  let viewer: Signed;
  beforeAll(async () => {
    [editor, viewer] = await Promise.all([person('editor'), person('viewer')]);
  });
  afterAll(async () => {
    await ask('DELETE', SEGMENT, asStack);
    for (const role of ['editor', 'viewer']) await ask('DELETE', `/api/users/${emailOf(role)}`, asStack);
  });

  it('an editor makes a segment, which a viewer sees and can not change, and the audit log has it', async () => {
    const segment = { name: 'Through the console', condition: { did: 'Order Completed' } };
    expect((await ask('PUT', SEGMENT, as(editor), segment)).body).toMatchObject({ key: RUN, version: 1 });
    expect((await ask('GET', SEGMENT, as(viewer))).body).toMatchObject(segment);
    for (const method of ['PUT', 'DELETE'])
      expect((await ask(method, SEGMENT, as(viewer), segment)).body).toMatchObject({ code: 'forbidden' });
    const { body } = await ask('GET', '/api/audit?limit=1', asStack);
    expect(body?.items).toMatchObject([
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
    expect(seen?.body).toMatchObject({ key: 'demo', writeKey: '[redacted]' });
    expect(known?.body?.writeKey).not.toBe('[redacted]');
  });

  it('an editor asks to send deliveries again, which a viewer can not, and the audit log has it', async () => {
    const path = '/api/activation/v1/deliveries/retry';
    const ids = [`d_${RUN}`];
    expect((await ask('POST', path, as(viewer), { ids })).body).toMatchObject({ status: 403, code: 'forbidden' });
    const after = { items: [{ delivery_id: `d_${RUN}`, state: 'not_found', retried_as: null }] };
    expect((await ask('POST', path, as(editor), { ids })).body).toEqual(after);
    const { body } = await ask('GET', '/api/audit?limit=1', asStack);
    const line = { who: emailOf('editor'), what: 'ran', target: 'activation/v1/deliveries/retry', before: null, after };
    expect(body?.items).toMatchObject([line]);
  });

  it('somebody signed out sees nothing', async () => {
    await ask('DELETE', '/api/session', as(viewer));
    for (const path of [SEGMENT, '/api/overview', '/api/live', '/api/session'])
      expect((await ask('GET', path, as(viewer))).answer.status, path).toBe(401);
  });
});
