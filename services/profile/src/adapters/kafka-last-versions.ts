import { randomUUID } from 'node:crypto';
import { type ProfileChanged, type RegistryAuth, RegistryCodec } from '@hilo/schemas';
import { type kafkaClient, topicBounds } from '@hilo/streaming';

/** How long a partition may be without a leader. */
const LEADER_MS = 30_000;

/** Where a topic of profiles is read. */
export interface LastVersionsOptions {
  readonly kafka: ReturnType<typeof kafkaClient>;
  readonly registryUrl: string;
  readonly registryAuth?: RegistryAuth | null | undefined;
  readonly topic: string;
}

/**
 * The version of each profile's last record in a topic, from the topic's beginning to its current end. A record that
 * cannot be decoded counts as none, so that a readable one follows it.
 */
export async function lastVersions(options: LastVersionsOptions): Promise<ReadonlyMap<string, number>> {
  const { kafka, topic } = options;
  const codec = new RegistryCodec(options);
  const bounds = await topicBounds(kafka, [topic], { withinMs: LEADER_MS });
  const admin = kafka.admin();
  const group = `hilo.profile.re-emit.${randomUUID()}`;
  const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 200, allowAutoTopicCreation: false });
  const versions = new Map<string, number>();
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const { promise: done, resolve } = Promise.withResolvers<void>();
  consumer.on('consumer.crash', ({ payload }) => {
    if (!payload.restart) reject(payload.error);
  });
  await admin.connect();
  try {
    const unread = new Map(
      [...(bounds.get(topic) ?? [])].flatMap(([partition, { low, high }]) =>
        low === high ? [] : [[partition, high] as const],
      ),
    );
    if (unread.size === 0) return versions;
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        await codec.learn(batch.messages.flatMap(({ value }) => (value === null ? [] : [value])));
        for (const { key, value } of batch.messages) {
          const decoded = value === null ? null : codec.decode(topic, value);
          versions.set(key?.toString() ?? '', decoded?.ok ? (decoded.value as ProfileChanged).version : 0);
        }
        if (Number(batch.lastOffset()) + 1 >= (unread.get(batch.partition) ?? Infinity)) unread.delete(batch.partition);
        if (unread.size === 0) resolve();
      },
    });
    await Promise.race([done, failed]);
    return versions;
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([group]).catch(() => undefined);
    await admin.disconnect();
  }
}
