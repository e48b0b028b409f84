import { TOPICS } from '@hilo/schemas';

/** How the names of Hilo's topics begin. */
const OURS = new Set(TOPICS.map(({ name }) => name.slice(0, name.indexOf('.') + 1)));

/**
 * Whether no destination may write to a topic: names that begin like Hilo's own are kept for releases to come, too, and names
 * that begin with an underscore belong to Kafka and to schema registries.
 */
export function isReserved(topic: string): boolean {
  return topic.startsWith('_') || OURS.has(topic.slice(0, topic.indexOf('.') + 1));
}
