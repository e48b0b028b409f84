import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askVerification } from './ask-verification.ts';

const NOTHING = { checked: 0, undecided: [], differences: [], total: 0, not_compared: [], next: null };

let server: Server;
let base: string;
let answers: { readonly status: number; readonly body: object }[];
const seen: string[] = [];

beforeEach(async () => {
  seen.length = 0;
  server = createServer(({ method, url, headers }, response) => {
    seen.push(`${method} ${url} ${headers.authorization}`);
    const { status, body } = answers.shift() ?? { status: 500, body: {} };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => server.close());

async function verify(
  segment: string | null,
): Promise<{ readonly differences: number; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const request = { segmentation: ['http://127.0.0.1:1', base], adminToken: 'at', segment };
  return { differences: await askVerification(request, (line) => lines.push(line)), lines };
}

describe('verify', () => {
  it('asks until all is verified, and prints the differences and the sums', async () => {
    const difference = { segment: 'vip', profile_id: 'p_a', published: true, state: true, history: false };
    answers = [
      { status: 200, body: { ...NOTHING, checked: 2, undecided: [{ reason: 'due', profiles: 1 }], next: 'more' } },
      { status: 200, body: { ...NOTHING, checked: 3, differences: [difference], total: 1 } },
    ];
    expect(await verify(null)).toEqual({
      differences: 1,
      lines: [
        'vip p_a published=true state=true history=false',
        '1 profiles undecided: due',
        '5 profiles checked, 1 differences',
      ],
    });
    expect(seen).toEqual(['POST /v1/segments/verify Bearer at', 'POST /v1/segments/verify?cursor=more Bearer at']);
  });

  it('asks about one segment, and gives the reason of a refusal', async () => {
    answers = [{ status: 404, body: { detail: 'There is no segment "v/p".' } }];
    await expect(verify('v/p')).rejects.toThrow('There is no segment');
    expect(seen).toEqual(['POST /v1/segments/v%2Fp/verify Bearer at']);
  });
});
