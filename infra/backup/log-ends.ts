import { STAGES, TOPICS } from '@hilo/schemas';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import type { TopicOptions } from '../setup/topics.ts';
import { FIRST_TOPIC, type LogEnds, type ReportedOffsets } from './checkpoints.ts';

/** Runs `work` with an admin client. */
export async function withAdmin<T>(
  { kafkaBrokers, kafkaSecurity }: Pick<TopicOptions, 'kafkaBrokers' | 'kafkaSecurity'>,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const brokers = [...kafkaBrokers];
  const kafka = new Kafka({ clientId: 'hilo-backup', brokers, ...kafkaSecurity, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Where the log of each topic that exists begins and ends. */
export async function logEnds(admin: Admin): Promise<LogEnds> {
  const existing = new Set(await admin.listTopics());
  const ends = TOPICS.filter(({ name }) => existing.has(name)).map(async ({ name }) => {
    const partitions = await admin.fetchTopicOffsets(name);
    const byPartition = partitions.map(
      ({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }] as const,
    );
    return [name, new Map(byPartition)] as const;
  });
  return Object.fromEntries(await Promise.all(ends));
}

/** Deletes every topic of Hilo except `events.received`. */
export async function deleteDerivedTopics(admin: Admin): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const topics = TOPICS.map(({ name }) => name).filter((name) => name !== FIRST_TOPIC && existing.has(name));
  if (topics.length > 0) await admin.deleteTopics({ topics, timeout: 60_000 });
}

/** What a stage reported to Kafka about one partition: its position, and the incarnations of its checkpoint. */
export async function reportedOf(
  admin: Admin,
  stage: string,
  partition: number,
): Promise<{ readonly offsets: ReportedOffsets; readonly incarnations: readonly string[] }> {
  const found = await admin.fetchOffsets({ groupId: groupOf(stage) });
  const reported = found.flatMap(({ topic, partitions }) =>
    partitions
      .filter((one) => one.partition === partition)
      .map(({ offset, metadata }) => ({ topic, offset, metadata })),
  );
  const offsets = reported
    .map(({ topic, offset }) => [topic, Number(offset)] as const)
    .filter(([, offset]) => offset >= 0);
  // As `encodeReport` of packages/streaming writes it.
  const incarnations = new Set(reported.map(({ metadata }) => (metadata ?? '').split('/')[0] ?? ''));
  return {
    offsets: Object.fromEntries(offsets),
    incarnations: [...incarnations].filter((incarnation) => incarnation !== ''),
  };
}

/**
 * Deletes what the stages reported to Kafka, because their checkpoints were restored on purpose. No stage may be
 * running.
 */
export async function deleteGroups(admin: Admin): Promise<void> {
  const groups = new Set((await admin.listGroups()).groups.map(({ groupId }) => groupId));
  const ours = STAGES.map(groupOf).filter((group) => groups.has(group));
  if (ours.length > 0) await admin.deleteGroups(ours);
}

function groupOf(stage: string): string {
  return `hilo.${stage}`;
}
