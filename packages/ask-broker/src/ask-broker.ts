import type { Kafka } from 'kafkajs';
import { NO_TAGS } from './compact-bytes.ts';
import { FieldReader } from './field-reader.ts';

/** A request of a flexible version (KIP-482), and how its answer is read. */
export interface BrokerRequest<T> {
  readonly apiKey: number;
  readonly apiName: string;
  readonly apiVersion: number;
  /** The request without its header. */
  readonly body: readonly Buffer[];
  /** Reads the answer, from the first field after its header. */
  read(answer: FieldReader): T;
}

/** The part of kafkajs' inner client that we use. */
interface InnerCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  readonly brokerPool: {
    findConnectedBroker(): Promise<{ readonly connectionPool: { send(question: object): Promise<unknown> } }>;
  };
}
type MakeCluster = (options: object) => InnerCluster;

/**
 * Asks a broker what no public call of kafkajs 2.2.4 asks, by a connection of its own. Throws kafkajs' own errors, such as
 * while no broker answers.
 */
export async function askBroker<T>(
  kafka: Kafka,
  { apiKey, apiName, apiVersion, body, read }: BrokerRequest<T>,
): Promise<T> {
  const cluster = innerCluster(kafka);
  try {
    await cluster.connect();
    const broker = await cluster.brokerPool.findConnectedBroker();
    const answer = await broker.connectionPool.send({
      request: { apiKey, apiName, apiVersion, encode: async () => encoderOf(Buffer.concat([NO_TAGS, ...body])) },
      response: { decode: async (bytes: Buffer) => bytes, parse: async (bytes: unknown) => bytes },
    });
    const fields = new FieldReader(answer as Buffer);
    fields.tags();
    return read(fields);
  } finally {
    await cluster.disconnect();
  }
}

function innerCluster(kafka: Kafka): InnerCluster {
  const name = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const make = name === undefined ? undefined : (kafka as unknown as Record<symbol, MakeCluster>)[name];
  if (make === undefined) throw new Error('this version of kafkajs has no known inner client');
  return make({ allowAutoTopicCreation: false, metadataMaxAge: 300_000 });
}

/** A request as kafkajs takes it: it reads `buf` and copies `buffer`. */
function encoderOf(bytes: Buffer): { readonly buf: Buffer; readonly buffer: Buffer } {
  return { buf: bytes, buffer: bytes };
}
