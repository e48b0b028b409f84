import type { Kafka } from 'kafkajs';
import { faultOf } from './kafkajs-client.ts';

/** The part of kafkajs' inner client that we use: no public call of 2.2.4 returns a topic's id. */
interface InnerCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  readonly brokerPool: { findConnectedBroker(): Promise<InnerBroker> };
}
interface InnerBroker {
  readonly connectionPool: { send(question: object): Promise<ReadonlyMap<string, string>> };
}
type MakeCluster = (options: object) => InnerCluster;

const METADATA = 3;
/** The first version of the metadata request whose answer has topic ids; Kafka has it since 2.8. */
const VERSION = 10;

/**
 * Asks a broker for the ids (UUIDs) that Kafka assigned to topics, as text of 22 characters, in the format of Kafka's
 * own tools. A topic that is re-created under its name has another id. The answer omits topics that do not exist.
 * Throws `TransientFaultError` while no broker answers.
 */
export async function fetchTopicIds(kafka: Kafka, topics: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const cluster = innerCluster(kafka);
  try {
    await cluster.connect();
    const broker = await cluster.brokerPool.findConnectedBroker();
    return await broker.connectionPool.send({
      request: { apiKey: METADATA, apiName: 'Metadata', apiVersion: VERSION, encode: async () => encode(topics) },
      response: { decode: async (bytes: Buffer) => decode(bytes), parse: async (ids: unknown) => ids },
    });
  } catch (error) {
    throw faultOf(error);
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

/** The body of the request; kafkajs reads `buf` and copies `buffer`. */
function encode(topics: readonly string[]): { readonly buf: Buffer; readonly buffer: Buffer } {
  const parts: Buffer[] = [uvarint(0), uvarint(topics.length + 1)];
  for (const topic of topics) {
    const name = Buffer.from(topic);
    parts.push(Buffer.alloc(16), uvarint(name.length + 1), name, uvarint(0));
  }
  // Creates no topic, and asks for nobody's rights.
  parts.push(Buffer.from([0, 0, 0]), uvarint(0));
  const buffer = Buffer.concat(parts);
  return { buf: buffer, buffer };
}

function uvarint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  return Buffer.from([...bytes, left]);
}

/**
 * Reads the names and ids from the answer. Numbers are big-endian; counts and lengths are one more than what follows.
 */
function decode(bytes: Buffer): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  let at = 0;
  const length = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes.readUInt8(at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const skip = (count: number) => {
    at += count;
  };
  const text = (): string => {
    const size = Math.max(0, length() - 1);
    at += size;
    return bytes.toString('utf8', at - size, at);
  };
  const tags = () => {
    for (let left = length(); left > 0; left -= 1) {
      length();
      skip(length());
    }
  };
  const each = (read: () => void) => {
    for (let left = length() - 1; left > 0; left -= 1) read();
  };
  const numbers = () => skip(4 * Math.max(0, length() - 1));
  tags();
  skip(4);
  each(() => {
    skip(4);
    text();
    skip(4);
    text();
    tags();
  });
  text();
  skip(4);
  each(() => {
    const error = bytes.readInt16BE(at);
    skip(2);
    const name = text();
    const id = bytes.subarray(at, at + 16);
    skip(16 + 1);
    each(() => {
      skip(2 + 4 + 4 + 4);
      numbers();
      numbers();
      numbers();
      tags();
    });
    skip(4);
    tags();
    if (error === 0) ids.set(name, id.toString('base64url'));
  });
  return ids;
}
