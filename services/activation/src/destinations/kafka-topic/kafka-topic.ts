import { destinationType } from '../destination-type.ts';
import { ES, FIELDS } from './fields.ts';
import { TopicWrites } from './perform.ts';
import { isReserved } from './reserved.ts';

const RESERVED = 'must be a topic of your own: names that begin like this one belong to Hilo or to Kafka itself';

/** Writes each change to a Kafka topic, keyed by profile. */
export const kafkaTopic = destinationType({
  key: 'kafka-topic',
  title: 'Kafka topic',
  description: 'Writes each change to a Kafka topic, keyed by profile.',
  fields: FIELDS,
  es: ES,
  open: (resources) => {
    const writes = new TopicWrites(resources);
    return {
      accept: async (settings) => {
        if (isReserved(settings.topic)) return { kind: 'refused', field: 'topic', detail: RESERVED };
        const isThere = await writes.exists(settings.topic);
        return isThere
          ? { kind: 'accepted', settings }
          : { kind: 'refused', field: 'topic', detail: 'must be a topic that exists: create it first' };
      },
      perform: (attempt) => writes.perform(attempt),
      close: () => writes.close(),
    };
  },
});
