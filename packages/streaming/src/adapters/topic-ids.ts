import { askBroker, compactBytes, count, type FieldReader, NO_TAGS } from '@hilo/ask-broker';
import type { Kafka } from 'kafkajs';
import { faultOf } from './kafkajs-client.ts';

/** The first version of the request whose answer has topic ids; Kafka has it since 2.8. */
const REQUEST = { apiKey: 3, apiName: 'Metadata', apiVersion: 10 };
const ID_BYTES = 16;
/** Of a number of 32 bits. */
const INT = 4;

/**
 * Asks a broker for the ids (UUIDs) that Kafka assigned to topics, as text of 22 characters, in the format of Kafka's
 * own tools. A topic that is re-created under its name has another id. The answer omits topics that do not exist.
 * Throws `TransientFaultError` while no broker answers.
 */
export async function fetchTopicIds(kafka: Kafka, topics: readonly string[]): Promise<ReadonlyMap<string, string>> {
  try {
    return await askBroker(kafka, { ...REQUEST, body: bodyOf(topics), read: readIds });
  } catch (error) {
    throw faultOf(error);
  }
}

function bodyOf(topics: readonly string[]): readonly Buffer[] {
  const named = topics.map((topic) => Buffer.concat([Buffer.alloc(ID_BYTES), compactBytes(topic), NO_TAGS]));
  // Creates no topic, and asks for nobody's rights.
  return [count(topics.length), ...named, Buffer.from([0, 0, 0]), NO_TAGS];
}

function readIds(answer: FieldReader): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  answer.take(INT);
  // The brokers.
  answer.each(() => {
    answer.take(INT);
    answer.text();
    answer.take(INT);
    answer.text();
    answer.tags();
  });
  answer.text();
  answer.take(INT);
  answer.each(() => {
    const error = answer.int16();
    const name = answer.text();
    const id = answer.take(ID_BYTES);
    answer.take(1);
    // The partitions.
    answer.each(() => {
      answer.take(2 + INT + INT + INT);
      answer.skipArray(INT);
      answer.skipArray(INT);
      answer.skipArray(INT);
      answer.tags();
    });
    answer.take(INT);
    answer.tags();
    if (error === 0) ids.set(name, id.toString('base64url'));
  });
  return ids;
}
