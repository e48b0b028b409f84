import { setTimeout as sleep } from 'node:timers/promises';
import { TOPICS, type TopicDeclaration } from '@hilo/schemas';
import kafkajs, { type Admin, Kafka, type KafkaConfig, logLevel } from 'kafkajs';

/** Largest record, in bytes: outbox chunks are far smaller. */
const RECORD_BYTES_MAX = 2 * 1024 * 1024;

const COORDINATOR_WITHIN_MS = 60_000;
const COORDINATOR_POLL_MS = 100;

/** How much longer a dead letter can be than its record: it says where that came from, and why it failed. */
const LETTER_BYTES = 64 * 1024;

/** How kafkajs connects to a cluster. */
export type KafkaSecurity = Pick<KafkaConfig, 'ssl' | 'sasl'>;

/** Which cluster, and how its topics are partitioned. */
export interface TopicOptions {
  readonly kafkaBrokers: readonly string[];
  /** TLS and SASL; absent: neither. */
  readonly kafkaSecurity?: KafkaSecurity | undefined;
  /** Of every topic: fixed when it is created. */
  readonly partitions: number;
  /** Copies of each partition; -1 takes the cluster's default. */
  readonly replicationFactor?: number;
}

/** A record of a compacted topic stays at least a day, so that a reader that is down for that long misses none. */
const COMPACTED_AFTER_MS = 86_400_000;

const CREATE_ATTEMPTS = 5;

/** Progress is read from the log's beginning at each start, and only the last record of each partition matters. */
const PROGRESS_SETTINGS = [
  { name: 'min.compaction.lag.ms', value: '0' },
  { name: 'max.compaction.lag.ms', value: '60000' },
  { name: 'segment.ms', value: '60000' },
];

function settingsOf(topic: TopicDeclaration): { name: string; value: string }[] {
  return [
    // Producers may use any codec; consumers then see only this one.
    { name: 'compression.type', value: 'lz4' },
    ...compactionOf(topic),
    { name: 'cleanup.policy', value: topic.cleanup },
    { name: 'retention.ms', value: `${topic.retentionMs ?? -1}` },
    { name: 'message.timestamp.type', value: 'LogAppendTime' },
    { name: 'max.message.bytes', value: `${RECORD_BYTES_MAX + (topic.schema === null ? LETTER_BYTES : 0)}` },
  ];
}

function compactionOf({ name, cleanup }: TopicDeclaration): { name: string; value: string }[] {
  if (cleanup !== 'compact') return [];
  if (name === 'stages.progress') return PROGRESS_SETTINGS;
  return [{ name: 'min.compaction.lag.ms', value: `${COMPACTED_AFTER_MS}` }];
}

async function refuseOtherCounts(
  admin: Admin,
  present: readonly TopicDeclaration[],
  partitions: number,
): Promise<void> {
  if (present.length === 0) return;
  const counts = new Map(present.map((topic) => [topic.name, topic.partitions ?? partitions]));
  const { topics } = await admin.fetchTopicMetadata({ topics: [...counts.keys()] });
  const wrong = topics.filter((topic) => topic.partitions.length !== counts.get(topic.name));
  if (wrong.length === 0) return;
  const list = wrong.map((topic) => `${topic.name} has ${topic.partitions.length}`).join(', ');
  throw new Error(
    `the topics were created with another number of partitions than ${partitions} (${list}); ` +
      'a key would change its partition: set HILO_PARTITIONS to what they have, or start afresh',
  );
}

/**
 * Asks for a group's offsets until the broker answers. That creates the offsets topic, so that the services' first
 * joins find their coordinator; and right after a start the broker still loads it, which kafkajs does not wait for.
 */
async function findCoordinator(admin: Admin): Promise<void> {
  const deadlineMs = Date.now() + COORDINATOR_WITHIN_MS;
  for (;;) {
    try {
      await admin.fetchOffsets({ groupId: 'hilo.setup', topics: [] });
      return;
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
      await sleep(COORDINATOR_POLL_MS);
    }
  }
}

/** A fresh broker may briefly say that it does not host what it has just created: then the rest is created again. */
async function createMissing(admin: Admin, missing: readonly TopicDeclaration[], options: TopicOptions): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const existing = new Set(await admin.listTopics());
    try {
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing
          .filter((topic) => !existing.has(topic.name))
          .map((topic) => ({
            topic: topic.name,
            numPartitions: topic.partitions ?? options.partitions,
            replicationFactor: options.replicationFactor ?? -1,
            configEntries: settingsOf(topic),
          })),
      });
      return;
    } catch (error) {
      if (attempt === CREATE_ATTEMPTS) throw error;
      await sleep(COORDINATOR_POLL_MS * attempt);
    }
  }
}

/**
 * Creates the missing topics of the table and updates the settings of the others. Throws if an existing topic has
 * another partition count.
 */
export async function createTopics(options: TopicOptions): Promise<void> {
  const kafka = new Kafka({
    clientId: 'hilo-setup',
    brokers: [...options.kafkaBrokers],
    ...options.kafkaSecurity,
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 100, retries: 8 },
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const [present, missing] = [true, false].map((is) => TOPICS.filter((topic) => existing.has(topic.name) === is));
    await refuseOtherCounts(admin, present ?? [], options.partitions);
    await createMissing(admin, missing ?? [], options);
    await findCoordinator(admin);
    if (present === undefined || present.length === 0) return;
    await admin.alterConfigs({
      validateOnly: false,
      resources: present.map((topic) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: topic.name,
        configEntries: settingsOf(topic),
      })),
    });
  } finally {
    await admin.disconnect();
  }
}
