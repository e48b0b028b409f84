import { isDeepStrictEqual } from 'node:util';
import type { MembershipChanged } from '@hilo/schemas';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import type { HiloClient } from './hilo-client.ts';
import type { KillTraffic } from './kill-traffic.ts';
import { readTopic } from './topic-reader.ts';
import type { WebhookCatcher } from './webhook-catcher.ts';

/** What is judged. */
export interface Accounts {
  readonly hilo: HiloClient;
  readonly webhook: WebhookCatcher;
  readonly traffic: KillTraffic;
  /** Prefix of all ids of the round. */
  readonly run: string;
}

const SETTLED_WITHIN_MS = 180_000;

const changeKey = (change: { profile_id: string; version: number }): string => `${change.profile_id} ${change.version}`;

/**
 * Waits until everything has arrived: events in ClickHouse, everybody out of the fleeting segment, every change
 * delivered.
 */
export async function settled({ hilo, webhook, traffic, run }: Accounts): Promise<void> {
  await eventually(
    'every accepted event is in ClickHouse',
    () =>
      hilo.rows<{ n: number }>(
        'SELECT uniqExact(message_id) AS n FROM hilo.events WHERE startsWith(message_id, {run:String})',
        { run: `${run}-` },
      ),
    ([row]) => row?.n === traffic.accepted.size,
    SETTLED_WITHIN_MS,
  );
  await eventually(
    'nobody is left in the fleeting segment',
    async () => membersOf(await publishedChanges(hilo), 'kill-fleeting').length,
    (left) => left === 0,
    SETTLED_WITHIN_MS,
  );
  await eventually(
    'every change is in ClickHouse, and every delivery has ended',
    async () => {
      const published = (await publishedChanges(hilo)).length;
      const [row] = await hilo.rows<{ changes: number; ended: number }>(
        'SELECT (SELECT count() FROM hilo.membership_changes) AS changes, (SELECT count() FROM hilo.deliveries) AS ended',
      );
      return { published, ...row, caught: new Set(webhook.calls.map(({ change }) => changeKey(change))).size };
    },
    ({ published, changes, ended, caught }) => changes === published && ended === published && caught === published,
    SETTLED_WITHIN_MS,
  );
}

/** Compares what was sent with what came out, everywhere. Throws at the first difference. */
export async function checkAccounts(accounts: Accounts): Promise<void> {
  const changes = await publishedChanges(accounts.hilo);
  expect(accounts.traffic.accepted.size, 'events sent').toBeGreaterThan(200);
  expect(changes.length, 'changes published').toBeGreaterThan(50);
  await checkEvents(accounts);
  checkAlternation(changes);
  await checkMembers(accounts, changes);
  checkWebhook(accounts, changes);
  await checkHistory(accounts, changes);
  await checkVerified(accounts);
}

/**
 * What was published, the state of segmentation and ClickHouse say the same of everybody. A partition whose last record was sent twice
 * counts as not loaded until the next one.
 */
async function checkVerified({ hilo }: Accounts): Promise<void> {
  const { body } = await eventually(
    'people can be verified',
    () => hilo.admin('POST', `${hilo.credentials.segmentationUrl}/v1/segments/verify`),
    ({ status, body: found }) => {
      const { checked, undecided } = found as Verification;
      return status === 200 && checked > 10 && undecided.every(({ reason }) => reason === 'history_behind');
    },
    SETTLED_WITHIN_MS,
  );
  expect(body, 'verification').toMatchObject({ differences: [], total: 0, not_compared: [], next: null });
}

interface Verification {
  readonly checked: number;
  readonly undecided: readonly { readonly reason: string }[];
}

/** Every membership change once, in the order of versions. Throws if two records of one version differ. */
async function publishedChanges(hilo: HiloClient): Promise<readonly MembershipChanged[]> {
  const changes = new Map<string, MembershipChanged>();
  for (const { value } of await readTopic<MembershipChanged>(hilo.credentials, 'segments.membership')) {
    const earlier = changes.get(changeKey(value));
    if (earlier !== undefined && !isDeepStrictEqual(earlier, value))
      throw new Error(`two different changes are version ${value.version} of ${value.profile_id}`);
    changes.set(changeKey(value), value);
  }
  return [...changes.values()].sort((a, b) => a.version - b.version);
}

async function checkEvents({ hilo, traffic, run }: Accounts): Promise<void> {
  const rows = await hilo.rows<{ message_id: string; n: number }>(
    'SELECT message_id, count() AS n FROM hilo.events WHERE startsWith(message_id, {run:String}) GROUP BY message_id',
    { run: `${run}-` },
  );
  expect(
    rows.filter(({ n }) => n !== 1),
    'events stored more than once',
  ).toEqual([]);
  expect(new Set(rows.map(({ message_id }) => message_id)), 'events stored').toEqual(traffic.accepted);
  const [row] = await hilo.rows<{ n: number }>(
    "SELECT count() AS n FROM hilo.rejected_events WHERE state = 'rejected' AND startsWith(message_id, {run:String})",
    { run: `${run}-` },
  );
  expect(row?.n, 'events rejected').toBe(0);
}

/** In each segment a profile enters, leaves, enters: never the same twice. */
function checkAlternation(changes: readonly MembershipChanged[]): void {
  for (const [who, of] of Map.groupBy(changes, ({ profile_id, segment }) => `${profile_id} in ${segment}`)) {
    const expected = of.map((_, n) => (n % 2 === 0 ? 'entered' : 'exited'));
    expect(
      of.map(({ status }) => status),
      who,
    ).toEqual(expected);
  }
}

/** Who is in a segment after all changes. */
function membersOf(changes: readonly MembershipChanged[], segment: string): readonly string[] {
  const last = new Map(
    changes.filter((change) => change.segment === segment).map((change) => [change.profile_id, change]),
  );
  return [...last.values()].filter(({ status }) => status === 'entered').map(({ profile_id }) => profile_id);
}

/** The stream's members, ClickHouse's, and those that follow from what was sent, are the same people. */
async function checkMembers({ hilo, traffic, run }: Accounts, changes: readonly MembershipChanged[]): Promise<void> {
  const people = await hilo.rows<{ value: string; profile_id: string }>(
    "SELECT DISTINCT value, profile_id FROM hilo.identifiers WHERE type = 'user_id' AND startsWith(value, {run:String})",
    { run: `${run}-` },
  );
  const personOf = new Map(people.map(({ value, profile_id }) => [profile_id, value]));
  const expected = {
    'kill-regulars': [...traffic.truth].filter(([, { orders }]) => orders >= 2),
    'kill-spanish': [...traffic.truth].filter(([, { country }]) => country === 'Spain'),
    'kill-fleeting': [],
  };
  for (const [segment, truth] of Object.entries(expected)) {
    const wanted = truth.map(([user]) => user).sort();
    const streamed = membersOf(changes, segment).flatMap((profile) => personOf.get(profile) ?? []);
    expect(streamed.sort(), `${segment} by the stream`).toEqual(wanted);
    const stored = await hilo.rows<{ profile_id: string }>(
      'SELECT profile_id FROM hilo.segment_members WHERE segment = {segment:String}',
      { segment },
    );
    const known = stored.flatMap(({ profile_id }) => personOf.get(profile_id) ?? []);
    expect(known.sort(), `${segment} by ClickHouse`).toEqual(wanted);
  }
}

/** Every change reached the webhook, signed, under its own key. */
function checkWebhook({ webhook }: Accounts, changes: readonly MembershipChanged[]): void {
  expect(
    webhook.calls.filter(({ signed }) => !signed),
    'calls with a wrong signature',
  ).toEqual([]);
  const keysOf = Map.groupBy(webhook.calls, ({ change }) => changeKey(change));
  expect([...keysOf.keys()].sort(), 'changes at the webhook').toEqual(changes.map(changeKey).sort());
  const keys = [...keysOf.values()].map((calls) => new Set(calls.map(({ key }) => key)));
  expect(
    keys.filter((of) => of.size !== 1),
    'changes under several keys',
  ).toEqual([]);
  expect(new Set(keys.flatMap((of) => [...of])).size, 'keys in all').toBe(changes.length);
}

/** ClickHouse holds every change and every delivery once. */
async function checkHistory({ hilo }: Accounts, changes: readonly MembershipChanged[]): Promise<void> {
  const stored = await hilo.rows<{ profile_id: string; version: number }>(
    'SELECT recorded_profile_id AS profile_id, version FROM hilo.membership_changes',
  );
  expect(stored.map(changeKey).sort(), 'changes in ClickHouse').toEqual(changes.map(changeKey).sort());
  const delivered = await hilo.rows<{ profile_id: string; version: number; status: string }>(
    'SELECT recorded_profile_id AS profile_id, membership_version AS version, status FROM hilo.deliveries',
  );
  expect(delivered.map(changeKey).sort(), 'deliveries in ClickHouse').toEqual(changes.map(changeKey).sort());
  expect(
    delivered.filter(({ status }) => status !== 'delivered'),
    'deliveries that failed',
  ).toEqual([]);
}
