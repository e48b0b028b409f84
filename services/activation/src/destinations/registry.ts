/** Every type of destination: a folder, and a line here. */
export { kafkaTopic } from './kafka-topic/kafka-topic.ts';
export { webhook } from './webhook/webhook.ts';
