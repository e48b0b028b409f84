import type { MembershipChanged } from '@hilo/schemas';
import { type OpenedStack, openStack } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { KillTraffic } from '../e2e/kill-traffic.ts';
import { readTopic } from '../e2e/topic-reader.ts';

const PHASES = ['declared', 'cutting', 'reading', 'settling', 'switching'] as const;
const RUN = 'backfill';
const WITHIN_MS = 120_000;

let opened: OpenedStack;
let hilo: HiloClient;
beforeAll(async () => {
  opened = await openStack({ instances: 2, embedded: true });
  hilo = new HiloClient(opened.credentials);
});
afterAll(() => opened?.close());

const urlOf = (segment: string) => `${opened.credentials.segmentationUrl}/v1/segments/${segment}`;
const bought = (times: number) => ({ did: 'Order Completed', count: { gte: times }, within: `${20 + times}d` });

async function accepted(traffic: KillTraffic): Promise<void> {
  await eventually(
    'every accepted event is in ClickHouse',
    () =>
      hilo.rows<{ n: number }>(
        'SELECT uniqExact(message_id) AS n FROM hilo.events WHERE startsWith(message_id, {run:String})',
        { run: `${RUN}-` },
      ),
    ([row]) => row?.n === traffic.accepted.size,
    WITHIN_MS,
  );
}

/** Saves a segment, and kills both instances once its backfill has come as far as the phase. */
async function killIn(phase: number, segment: string, condition: object): Promise<void> {
  const { stack } = opened;
  if (stack === null) throw new Error('the test needs a stack of its own');
  await eventually(
    'the segment is saved',
    () => hilo.admin('PUT', urlOf(segment), { name: segment, condition }),
    ({ status }) => status === 200,
  );
  await eventually(
    `the backfill is ${PHASES[phase]}`,
    async () => (await hilo.admin('GET', `${urlOf(segment)}/backfill`)).body as { readonly phase: string },
    (backfill) => ['done', ...PHASES.slice(phase)].includes(backfill.phase),
    WITHIN_MS,
  );
  for (const victim of ['segmentation-0', 'segmentation-1']) stack.kill(victim, 'SIGKILL');
  await stack.ready();
}

/** Who is in a segment, by the changes that were published. */
async function membersOf(segment: string): Promise<number> {
  const latest = new Map<string, MembershipChanged>();
  for (const { value } of await readTopic<MembershipChanged>(opened.credentials, 'segments.membership'))
    if (value.segment === segment && (latest.get(value.profile_id)?.version ?? 0) < value.version)
      latest.set(value.profile_id, value);
  return [...latest.values()].filter(({ status }) => status === 'entered').length;
}

it('counts each event once, though both instances are killed in every phase of a backfill, while events flow', async () => {
  const traffic = new KillTraffic(hilo, { run: RUN, seed: 1, visitsPerS: 30 });
  const conditions = new Map(PHASES.map((phase, index) => [`killed-${phase}`, bought(index + 2)]));
  try {
    await eventually(
      'there is a past',
      async () => traffic.accepted.size,
      (events) => events > 300,
      WITHIN_MS,
    );
    for (const [phase, [segment, condition]] of [...conditions].entries()) await killIn(phase, segment, condition);
    // An edit, too: members of the condition before stay until the new one is in force.
    await hilo.segment('killed-declared', bought(2));
    await killIn(3, 'killed-declared', bought(9));
    conditions.set('killed-declared', bought(9));
  } finally {
    await traffic.stop();
  }
  await accepted(traffic);
  for (const [segment, { count }] of conditions) {
    const expected = [...traffic.truth.values()].filter(({ orders }) => orders >= count.gte).length;
    await eventually(
      `${segment} is in force`,
      async () => (await hilo.admin('GET', urlOf(segment))).body as { readonly published: boolean },
      ({ published }) => published,
      WITHIN_MS,
    );
    await eventually(
      `${segment} has the right members`,
      () => membersOf(segment),
      (members) => members === expected,
      WITHIN_MS,
    );
    const { body } = await hilo.admin('GET', urlOf(segment));
    expect(body).toMatchObject({ members: expected });
    expect(expected, segment).toBeGreaterThan(0);
  }
});
