import { pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Kafka } from 'kafkajs';

/** The part of kafkajs' inner client that we use: no public call of 2.2.4 sets passwords. */
interface InnerCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  readonly brokerPool: {
    findConnectedBroker(): Promise<{ readonly connectionPool: { send(question: object): Promise<readonly Answer[]> } }>;
  };
}
type MakeCluster = (options: object) => InnerCluster;

/** What the broker says about one user; no error: 0. */
interface Answer {
  readonly user: string;
  readonly error: number;
  readonly message: string;
}

/** AlterUserScramCredentials, which brokers have since 2.7. */
const API_KEY = 51;
const SCRAM_SHA_512 = 2;
/** Kafka takes from 4,096 to 16,384. */
const ITERATIONS = 16_384;
const SALT_BYTES = 24;
const HASH_BYTES = 64;

/**
 * Sets the passwords of users for SCRAM-SHA-512, and so creates those that do not exist. Only a salted hash is sent. Throws
 * with the broker's reason if it refuses one.
 */
export async function setScramPasswords(kafka: Kafka, passwords: Readonly<Record<string, string>>): Promise<void> {
  const cluster = innerCluster(kafka);
  try {
    await cluster.connect();
    const broker = await cluster.brokerPool.findConnectedBroker();
    const answers = await broker.connectionPool.send({
      request: {
        ...{ apiKey: API_KEY, apiName: 'AlterUserScramCredentials', apiVersion: 0 },
        encode: async () => encode(passwords),
      },
      response: { decode: async (bytes: Buffer) => decode(bytes), parse: async (found: unknown) => found },
    });
    const refused = answers.find(({ error }) => error !== 0);
    if (refused !== undefined)
      throw new Error(`Kafka does not take the password of ${refused.user}: error ${refused.error} ${refused.message}`);
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

/** The body of the request (KIP-554); kafkajs reads `buf` and copies `buffer`. */
function encode(passwords: Readonly<Record<string, string>>): { readonly buf: Buffer; readonly buffer: Buffer } {
  const users = Object.entries(passwords);
  // No tags of the header; nobody's password is removed.
  const parts = [uvarint(0), uvarint(1), uvarint(users.length + 1)];
  for (const [user, password] of users) {
    const salt = randomBytes(SALT_BYTES);
    const numbers = Buffer.alloc(5);
    numbers.writeInt8(SCRAM_SHA_512);
    numbers.writeInt32BE(ITERATIONS, 1);
    const hash = pbkdf2Sync(password, salt, ITERATIONS, HASH_BYTES, 'sha512');
    parts.push(compact(Buffer.from(user)), numbers, compact(salt), compact(hash), uvarint(0));
  }
  parts.push(uvarint(0));
  const buffer = Buffer.concat(parts);
  return { buf: buffer, buffer };
}

function compact(bytes: Buffer): Buffer {
  return Buffer.concat([uvarint(bytes.length + 1), bytes]);
}

function uvarint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  return Buffer.from([...bytes, left]);
}

/** Reads the answers: numbers are big-endian; counts and lengths are one more than what follows. */
function decode(bytes: Buffer): readonly Answer[] {
  let at = 0;
  const length = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes.readUInt8(at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const text = (): string => {
    const size = Math.max(0, length() - 1);
    at += size;
    return bytes.toString('utf8', at - size, at);
  };
  const tags = () => {
    for (let left = length(); left > 0; left -= 1) {
      length();
      at += length();
    }
  };
  const answers: Answer[] = [];
  tags();
  at += 4;
  for (let left = length() - 1; left > 0; left -= 1) {
    const user = text();
    const error = bytes.readInt16BE(at);
    at += 2;
    answers.push({ user, error, message: text() });
    tags();
  }
  return answers;
}
