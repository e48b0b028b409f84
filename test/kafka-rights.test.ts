import { readFileSync } from 'node:fs';
import { createTopics, grantKafkaRights, kafkaRightsOf, kafkaUserOf } from '@hilo/infra';
import { STAGES, type StageName, TOPICS } from '@hilo/schemas';
import { openSecureKafka, type SecureKafka } from '@hilo/test-stack';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// Teaches kafkajs the compression of Hilo's topics.
import './e2e/topic-reader.ts';

const OUTSIDE = ['crm.audiences', 'export.people', 'other.people'];
const DESTINATIONS = ['crm.audiences', 'export.*'];
const TOPIC_NAMES = [...TOPICS.map(({ name }) => name), ...OUTSIDE];

const passwordOf = (stage: StageName) => `the password of ${stage}`;

let kafka: SecureKafka;
beforeAll(async () => {
  kafka = await openSecureKafka({ rights: true });
  const plain = { kafkaBrokers: [kafka.brokers] };
  await createTopics({ ...plain, partitions: 1 });
  await asEverybody(async (admin) => {
    await admin.createTopics({ topics: OUTSIDE.map((topic) => ({ topic })), waitForLeaders: true });
  });
  await grantRights();
}, 180_000);
afterAll(() => kafka?.close());

/** As the set-up does it: by the certificate of an administrator. */
function grantRights(passwords = Object.fromEntries(STAGES.map((stage) => [stage, passwordOf(stage)]))) {
  const [ca, cert, key] = [kafka.ca, kafka.clientCertificate, kafka.clientKey].map((file) =>
    readFileSync(file, 'utf8'),
  );
  const ssl = { ...{ ca: ca ?? '', cert: cert ?? '', key: key ?? '' } };
  return grantKafkaRights(
    { kafkaBrokers: [kafka.certificateBrokers], kafkaSecurity: { ssl } },
    { passwords, destinations: DESTINATIONS, monitor: null },
  );
}

function quiet(options: Omit<ConstructorParameters<typeof Kafka>[0], 'clientId' | 'logLevel' | 'retry'>): Kafka {
  return new Kafka({ clientId: 'test', logLevel: logLevel.NOTHING, retry: { retries: 0 }, ...options });
}

async function asEverybody<T>(work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
  const admin = quiet({ brokers: [kafka.brokers] }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Kafka as a service's own user sees it. */
function as(stage: StageName, password = passwordOf(stage)): Kafka {
  return quiet({
    brokers: [kafka.saslBrokers],
    ssl: { ca: readFileSync(kafka.ca, 'utf8') },
    sasl: { mechanism: 'scram-sha-512', username: kafkaUserOf(stage), password },
  });
}

/** The topics to which a service's user can write. */
async function written(stage: StageName): Promise<string[]> {
  const producer = as(stage).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const topics: string[] = [];
  for (const topic of TOPIC_NAMES)
    await producer.send({ topic, messages: [{ key: stage, value: stage }], acks: -1 }).then(
      () => topics.push(topic),
      (error: unknown) => expect(String(error), topic).toContain('authoriz'),
    );
  await producer.disconnect();
  return topics.sort();
}

/** The topics that a service's user can read, in its own group. */
async function read(stage: StageName): Promise<string[]> {
  const consumer = as(stage).consumer({ groupId: `hilo.${stage}.test`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  const open: string[] = [];
  for (const topic of TOPIC_NAMES)
    await consumer.subscribe({ topics: [topic], fromBeginning: true }).then(
      () => open.push(topic),
      (error: unknown) => expect(String(error), topic).toContain('authoriz'),
    );
  const waiting = new Set(open.filter((topic) => topic !== 'crm.audiences' && topic !== 'export.people'));
  await consumer.disconnect();
  if (waiting.size === 0) return [];
  const readable = as(stage).consumer({ groupId: `hilo.${stage}.test`, maxWaitTimeInMs: 100 });
  await readable.connect();
  await readable.subscribe({ topics: [...waiting], fromBeginning: true });
  const { promise: all, resolve, reject } = Promise.withResolvers<void>();
  readable.on('consumer.crash', ({ payload }) => reject(payload.error));
  const found = new Set<string>();
  await readable.run({
    autoCommit: false,
    eachMessage: async ({ topic }) => {
      found.add(topic);
      if (found.size === waiting.size) resolve();
    },
  });
  try {
    await all;
  } finally {
    await readable.disconnect();
  }
  return [...found].sort();
}

/** What a broker says who may not look a group's coordinator up, or not join, as kafkajs passes it on. */
function isRefusal(error: unknown): boolean {
  return /Not authorized to access group|Failed to find group coordinator/i.test(String(error));
}

/** Whether a service's user can join a group. Rejects for another reason than a missing right. */
async function joins(stage: StageName, groupId: string): Promise<boolean> {
  const consumer = as(stage).consumer({ groupId, maxWaitTimeInMs: 100 });
  const { promise: joined, resolve, reject } = Promise.withResolvers<boolean>();
  const failed = (error: unknown) => (isRefusal(error) ? resolve(false) : reject(error as Error));
  consumer.on('consumer.group_join', () => resolve(true));
  consumer.on('consumer.crash', ({ payload: { error } }) => failed(error));
  try {
    await consumer.connect();
    const own = TOPICS.find(({ consumers }) => consumers.some((party) => party === stage));
    await consumer.subscribe({ topics: [own?.name ?? ''] });
    consumer.run({ autoCommit: false, eachMessage: async () => undefined }).catch(failed);
    return await joined;
  } finally {
    await consumer.disconnect();
  }
}

const declared = (stage: StageName, operation: 'READ' | 'WRITE') =>
  TOPIC_NAMES.filter((topic) =>
    kafkaRightsOf(stage, DESTINATIONS).some(
      ({ resource, name, pattern, operations }) =>
        resource === 'topic' &&
        operations.includes(operation) &&
        (pattern === 'literal' ? topic === name : topic.startsWith(name)),
    ),
  ).sort();

describe('the Kafka user of a service, at a broker that grants nothing by itself', { timeout: 120_000 }, () => {
  it.each([...STAGES])('%s writes and reads the topics of its rights, and is refused at every other', async (stage) => {
    // First everything is written to, so that there is something to read.
    await asEverybody(async () => {
      const producer = quiet({ brokers: [kafka.brokers] }).producer();
      await producer.connect();
      await producer.sendBatch({
        topicMessages: TOPIC_NAMES.map((topic) => ({ topic, messages: [{ key: 'k', value: 'x' }] })),
      });
      await producer.disconnect();
    });
    expect(await written(stage)).toEqual(declared(stage, 'WRITE'));
    expect(await read(stage)).toEqual(declared(stage, 'READ'));
  });

  it("joins its own groups, and nobody else's", async () => {
    expect(await joins('identity', 'hilo.identity')).toBe(true);
    expect(await joins('identity', 'hilo.identity.progress.1')).toBe(true);
    for (const other of ['hilo.profile', 'hilo.identityx', 'hilo.history.live.1', 'somebody'])
      expect(await joins('identity', other), other).toBe(false);
    // History asks how far the others are, and is no member of theirs.
    expect(await joins('history', 'hilo.identity')).toBe(false);
  });

  it('changes no topic and no right', async () => {
    const admin = as('segmentation').admin();
    await admin.connect();
    try {
      await expect(admin.createTopics({ topics: [{ topic: 'mine' }] })).rejects.toThrow();
      await expect(admin.deleteTopics({ topics: ['segments.membership'] })).rejects.toThrow();
      await expect(admin.deleteGroups(['hilo.identity'])).rejects.toThrow();
    } finally {
      await admin.disconnect();
    }
  });
});

describe('setting the rights up again', { timeout: 60_000 }, () => {
  it('takes back what a user has beyond its rights, and changes a password', async () => {
    await asEverybody((admin) =>
      admin.createAcls({
        acl: [
          {
            ...{ resourceType: 2, resourceName: 'profiles.changed', resourcePatternType: 3 },
            ...{ principal: `User:${kafkaUserOf('identity')}`, host: '*', operation: 4, permissionType: 3 },
          },
        ],
      }),
    );
    expect(await written('identity')).toContain('profiles.changed');
    await grantRights({ identity: 'another password of identity' });
    await expect(written('identity')).rejects.toThrow(/authentication/i);
    const producer = as('identity', 'another password of identity').producer();
    await producer.connect();
    await expect(producer.send({ topic: 'profiles.changed', messages: [{ value: 'x' }] })).rejects.toThrow(/authoriz/);
    await producer.disconnect();
  });
});
