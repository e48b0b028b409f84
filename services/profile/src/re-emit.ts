/**
 * Program that repairs the topic of current profiles: it publishes each profile again whose last record there is older
 * than its state, or missing. It takes the service's settings, and the service may run meanwhile. Exits with 1 if
 * something is left.
 */
import { createLogger, readOrExit } from '@hilo/service';
import { kafkaClient, KafkajsTopicWriter } from '@hilo/streaming';
import { lastVersions } from './adapters/kafka-last-versions.ts';
import { storedProfiles } from './adapters/postgres-profile-states.ts';
import { readConfig } from './config.ts';
import { reEmit } from './re-emission.ts';

const topic = 'profiles.current';
const config = readOrExit(readConfig);
const { kafkaBrokers: brokers, kafkaSecurity: security } = config;
const logger = createLogger({ name: 'profile', level: config.logLevel });
const kafka = kafkaClient({ brokers, security, clientId: 'hilo-profile-re-emit', logger });
const writer = new KafkajsTopicWriter({ ...config, logger, topic, client_id: 'hilo-profile-re-emit' });
const passes = await reEmit({
  profiles: () => storedProfiles(config.postgresUrl),
  lastVersions: () => lastVersions({ ...config, kafka, topic }),
  write: (records) => writer.write(records),
  nowMs: () => Date.now(),
});
await writer.stop();
for (const [index, { profiles, emitted }] of passes.entries())
  logger.info({ pass: index + 1, profiles, emitted }, 're-emitted');
if ((passes.at(-1)?.emitted ?? 0) > 0) {
  logger.warn({ topic }, 'profiles changed faster than they were published: run it again');
  process.exitCode = 1;
}
