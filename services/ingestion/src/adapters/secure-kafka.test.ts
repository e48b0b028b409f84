import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, readEnvironment, stageSettings } from '@hilo/service';
import { kafkaClient } from '@hilo/streaming';
import { createTopics, openSecureKafka, type SecureKafka } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KafkaEventLog } from './kafka-event-log.ts';

const TOPIC = 'events.received';
const logger = createLogger({ name: 'test', level: 'silent' });
let kafka: SecureKafka;

beforeAll(async () => {
  kafka = await openSecureKafka();
}, 180_000);
afterAll(async () => {
  await kafka.close();
});

type Environment = Readonly<Record<string, string>>;

function withPassword(mechanism: string, password = kafka.password): Environment {
  const file = join(mkdtempSync(join(tmpdir(), 'hilo-')), 'password');
  writeFileSync(file, `${password}\n`);
  return {
    HILO_KAFKA_BROKERS: kafka.saslBrokers,
    HILO_KAFKA_TLS: 'on',
    HILO_KAFKA_TLS_CA_FILE: kafka.ca,
    HILO_KAFKA_SASL_MECHANISM: mechanism,
    HILO_KAFKA_SASL_USERNAME: kafka.username,
    HILO_KAFKA_SASL_PASSWORD_FILE: file,
  };
}

function withCertificate(): Environment {
  return {
    HILO_KAFKA_BROKERS: kafka.certificateBrokers,
    HILO_KAFKA_TLS: 'on',
    HILO_KAFKA_TLS_CA_FILE: kafka.ca,
    HILO_KAFKA_TLS_CERT_FILE: kafka.clientCertificate,
    HILO_KAFKA_TLS_KEY_FILE: kafka.clientKey,
  };
}

function settingsOf(environment: Environment) {
  return readEnvironment(stageSettings(), environment);
}

function logOf(environment: Environment): KafkaEventLog {
  const { kafkaBrokers: brokers, kafkaSecurity: security } = settingsOf(environment);
  return new KafkaEventLog({
    ...{ brokers, security, topic: TOPIC, client_id: 'test', logger },
    ...{ deadlineMs: 30_000, partitions: 1, waitingRecords: 100, waitingBytes: 1_000_000 },
  });
}

/** What lies in the topic up to a record with this value. */
async function readUpTo(value: string, environment: Environment): Promise<string[]> {
  const { kafkaBrokers: brokers, kafkaSecurity: security } = settingsOf(environment);
  const consumer = kafkaClient({ brokers, security, clientId: 'test', logger }).consumer({ groupId: value });
  const found: string[] = [];
  const { promise: seen, resolve } = Promise.withResolvers<void>();
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        found.push(String(message.value));
        if (found.at(-1) === value) resolve();
      },
    });
    await seen;
  } finally {
    await consumer.disconnect();
  }
  return found;
}

describe('a Kafka that lets in only whom it knows, over TLS', { timeout: 120_000 }, () => {
  it.each([
    ['plain', () => withPassword('plain')],
    ['scram-sha-256', () => withPassword('scram-sha-256')],
    ['scram-sha-512', () => withPassword('SCRAM-SHA-512')],
    ['a certificate', withCertificate],
  ])('takes topics and records, and gives them back: %s', async (name, environmentOf) => {
    const environment = environmentOf();
    await createTopics({ ...settingsOf(environment), partitions: 1 });
    const log = logOf(environment);
    await log.start();
    const value = `with-${name.replace(' ', '-')}`;
    await log.append([{ key: 'k', value: Buffer.from(value) }]);
    await log.stop();
    expect(await readUpTo(value, environment)).toContain(value);
  });

  it.each(['plain', 'scram-sha-512'])(
    'a wrong password ends the start with the names of the variables: %s',
    async (mechanism) => {
      const environment = withPassword(mechanism, 'wrong');
      const log = logOf(environment);
      const refused = log.start();
      await expect(refused).rejects.toThrow('Kafka refuses the user of HILO_KAFKA_SASL_USERNAME');
      await expect(refused).rejects.not.toThrow('wrong');
      await log.stop();
      await expect(createTopics({ ...settingsOf(environment), partitions: 1 })).rejects.toThrow(
        /authentication failed/i,
      );
    },
  );

  it('an authority that did not sign the broker is said to be the reason', async () => {
    const { kafkaBrokers: brokers, kafkaSecurity: security } = settingsOf({
      ...withPassword('plain'),
      HILO_KAFKA_TLS_CA_FILE: kafka.otherCa,
    });
    const reasons: string[] = [];
    const heard = {
      ...logger,
      info: () => undefined,
      error: () => undefined,
      warn: (_: object, text: string) => void reasons.push(text),
    };
    const admin = kafkaClient({ brokers, security, clientId: 'test', logger: heard }).admin({ retry: { retries: 0 } });
    await expect(admin.connect()).rejects.toThrow(/certificate|signature/);
    expect(reasons.join()).toMatch(/certificate|signature/);
    await admin.disconnect();
  });
});
