import { type StoresFor, openStores } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SILENT } from '../testing/instance.ts';
import { kafkaClient } from './kafkajs-client.ts';
import { KafkajsLookup } from './kafkajs-lookup.ts';
import { PostgresStageStore } from './postgres-stage-store.ts';
import { warnOfRisks } from './warn-of-risks.ts';

let stores: StoresFor<'kafka' | 'postgres'>;
beforeAll(async () => {
  stores = await openStores('kafka', 'postgres');
}, 180_000);
afterAll(async () => {
  await stores.close();
});

it('warns of what the stores say of themselves', { timeout: 60_000 }, async () => {
  const lookup = new KafkajsLookup(kafkaClient({ brokers: stores.kafkaBrokers, clientId: 'test', logger: SILENT }));
  const topic = `risks-${Date.now()}`;
  await lookup.ask((admin) =>
    admin.createTopics({ topics: [{ topic, numPartitions: 2, replicationFactor: 1 }], waitForLeaders: true }),
  );
  const store = new PostgresStageStore({ url: stores.postgresUrl, schema: 'public', owner: 'test' });
  await store.rows({ name: 'weaken', sql: 'SET synchronous_commit = off', values: [] });
  const warned: string[] = [];
  const noted: string[] = [];
  const note = (lines: string[]) => (_fields: object, line: string) => void lines.push(line);
  const logger = { ...SILENT, info: note(noted), warn: note(warned) };
  try {
    await warnOfRisks({ store, lookup, topics: [topic], logger });
    expect(noted).toEqual([]);
    expect(warned.filter((line) => line.includes('synchronous_commit=off'))).toHaveLength(1);
    expect(warned.filter((line) => line.startsWith('Kafka keeps'))).toEqual([
      expect.stringContaining(`${topic} on one broker only`),
    ]);
  } finally {
    await store.close();
    await lookup.close();
  }
});
