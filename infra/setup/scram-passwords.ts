import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { askBroker, compactBytes, count, type FieldReader, NO_TAGS } from '@hilo/ask-broker';
import type { Kafka } from 'kafkajs';

/** What the broker says about one user; no error: 0. */
interface Answer {
  readonly user: string;
  readonly error: number;
  readonly message: string;
}

/** AlterUserScramCredentials, which brokers have since 2.7. */
const REQUEST = { apiKey: 51, apiName: 'AlterUserScramCredentials', apiVersion: 0 };
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
  const answers = await askBroker(kafka, { ...REQUEST, body: bodyOf(passwords), read: readAnswers });
  const refused = answers.find(({ error }) => error !== 0);
  if (refused !== undefined)
    throw new Error(`Kafka does not take the password of ${refused.user}: error ${refused.error} ${refused.message}`);
}

/** The users with the hashes of their passwords (KIP-554). */
function bodyOf(passwords: Readonly<Record<string, string>>): readonly Buffer[] {
  const users = Object.entries(passwords).map(([user, password]) => {
    const salt = randomBytes(SALT_BYTES);
    const numbers = Buffer.alloc(5);
    numbers.writeInt8(SCRAM_SHA_512);
    numbers.writeInt32BE(ITERATIONS, 1);
    const hash = pbkdf2Sync(password, salt, ITERATIONS, HASH_BYTES, 'sha512');
    return Buffer.concat([compactBytes(user), numbers, compactBytes(salt), compactBytes(hash), NO_TAGS]);
  });
  // Nobody's password is removed.
  return [count(0), count(users.length), ...users, NO_TAGS];
}

function readAnswers(answer: FieldReader): readonly Answer[] {
  const answers: Answer[] = [];
  // For how long the broker held the request back.
  answer.take(4);
  answer.each(() => {
    answers.push({ user: answer.text(), error: answer.int16(), message: answer.text() });
    answer.tags();
  });
  return answers;
}
