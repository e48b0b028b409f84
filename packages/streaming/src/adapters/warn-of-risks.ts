import kafkajs from 'kafkajs';
import type { Logger } from '../ports/logger.ts';
import type { StageStore } from '../ports/store.ts';
import { kafkaRisks, POSTGRES_SETTINGS, postgresRisks, type TopicCopies } from './durability.ts';
import type { KafkajsLookup } from './kafkajs-lookup.ts';

/**
 * Logs a warning for each setting with which the stores may lose what they acknowledged. If a store does not reveal its
 * settings, for example because the user may not read them, it only notes that: a stage runs without knowing them.
 */
export async function warnOfRisks(options: {
  readonly store: Pick<StageStore, 'rows'>;
  readonly lookup: KafkajsLookup;
  readonly topics: readonly string[];
  readonly logger: Logger;
}): Promise<void> {
  const { store, lookup, topics, logger } = options;
  const asked = await Promise.allSettled([
    settingsOf(store).then(postgresRisks),
    copiesOf(lookup, topics).then(kafkaRisks),
  ]);
  for (const [index, answer] of asked.entries()) {
    const from = index === 0 ? 'postgres' : 'kafka';
    if (answer.status === 'fulfilled') for (const risk of answer.value) logger.warn({ store: from }, risk);
    else
      logger.info({ store: from, cause: String(answer.reason) }, 'the store does not reveal its durability settings');
  }
}

async function settingsOf(store: Pick<StageStore, 'rows'>): Promise<ReadonlyMap<string, string>> {
  const rows = await store.rows<{ name: string; setting: string }>({
    name: 'stage.settings',
    sql: 'SELECT name, setting FROM pg_settings WHERE name = ANY($1::text[])',
    values: [POSTGRES_SETTINGS],
  });
  return new Map(rows.map(({ name, setting }) => [name, setting]));
}

async function copiesOf(lookup: KafkajsLookup, topics: readonly string[]): Promise<readonly TopicCopies[]> {
  const [{ topics: found }, { resources }] = await lookup.ask((admin) =>
    Promise.all([
      admin.fetchTopicMetadata({ topics: [...topics] }),
      admin.describeConfigs({
        includeSynonyms: false,
        resources: topics.map((name) => ({
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name,
          configNames: ['min.insync.replicas'],
        })),
      }),
    ]),
  );
  const minInsync = new Map(resources.map((one) => [one.resourceName, Number(one.configEntries[0]?.configValue ?? 1)]));
  return found.map(({ name, partitions }) => ({
    topic: name,
    replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
    minInsync: minInsync.get(name) ?? 1,
  }));
}
