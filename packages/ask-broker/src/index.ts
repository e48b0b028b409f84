export { askBroker, type BrokerRequest } from './ask-broker.ts';
export { compactBytes, count, NO_TAGS } from './compact-bytes.ts';
export type { FieldReader } from './field-reader.ts';
