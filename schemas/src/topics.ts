import { type StageName, STAGES } from './stages.ts';
import type { RecordTypes } from './types.ts';

/**
 * The topic table declares every topic of Hilo once, as data.
 * Partition counts are fixed at creation. All topics in which a key appears have the same count, so that the key has
 * the same partition number in each (design §4).
 */

/** Who may be named as a producer or consumer in the table: a stage, or programs outside of Hilo. */
export type TopicParty = StageName | 'producers' | 'consumers';

/** One topic as data. */
export interface TopicDeclaration {
  readonly name: string;
  /** File in `schemas/avro` without `.avsc`; null if records keep the bytes they came with (dead letters). */
  readonly schema: keyof RecordTypes | null;
  /** What the key is, in words. */
  readonly key: string;
  readonly cleanup: 'delete' | 'compact';
  /** How long records are kept, in milliseconds; null: forever. */
  readonly retentionMs: number | null;
  /** Partition count, if it differs from that of all other topics. */
  readonly partitions?: number;
  readonly producers: readonly TopicParty[];
  readonly consumers: readonly TopicParty[];
}

/**
 * How the schemas of a topic may evolve. Releases of Hilo read each other's records, older or newer. Records of outside
 * producers must only be readable with the newest schema, because only they can upgrade themselves.
 */
export function compatibilityOf({ producers }: Pick<TopicDeclaration, 'producers'>): 'FULL_TRANSITIVE' | 'BACKWARD' {
  return producers.includes('producers') ? 'BACKWARD' : 'FULL_TRANSITIVE';
}

const DAY_MS = 86_400_000;

const deadLetter = (service: StageName) =>
  ({
    name: `${service}.dead-letter`,
    schema: null,
    key: "the original record's key",
    cleanup: 'delete',
    retentionMs: 30 * DAY_MS,
    producers: [service],
    consumers: ['history', 'consumers'],
  }) satisfies TopicDeclaration;

/** Dead letters that the stage is to process again, copied as they are; no other reader of their first topic sees them. */
const replay = (service: StageName) =>
  ({
    ...deadLetter(service),
    name: `${service}.replay`,
    producers: ['history'],
    consumers: [service],
  }) satisfies TopicDeclaration;

const handover = <S extends StageName>(service: S) =>
  ({
    name: `${service}.handover`,
    schema: 'handover',
    key: 'surviving profile id',
    cleanup: 'delete',
    retentionMs: 7 * DAY_MS,
    producers: [service],
    consumers: [service],
  }) as const satisfies TopicDeclaration;

const DECLARED = [
  {
    name: 'events.received',
    schema: 'events.received',
    key: 'anonymousId, else userId',
    cleanup: 'delete',
    retentionMs: 7 * DAY_MS,
    producers: ['producers', 'ingestion'],
    consumers: ['ingestion'],
  },
  {
    name: 'events.accepted',
    schema: 'events.accepted',
    key: 'anonymousId, else userId',
    cleanup: 'delete',
    retentionMs: 7 * DAY_MS,
    producers: ['ingestion'],
    consumers: ['identity'],
  },
  {
    name: 'events.rejected',
    schema: 'events.rejected',
    key: 'messageId',
    cleanup: 'delete',
    retentionMs: 30 * DAY_MS,
    producers: ['ingestion'],
    consumers: ['history', 'consumers'],
  },
  {
    name: 'events.identified',
    schema: 'events.identified',
    key: 'profile id',
    cleanup: 'delete',
    retentionMs: 7 * DAY_MS,
    producers: ['identity'],
    consumers: ['profile', 'segmentation', 'history', 'consumers'],
  },
  {
    name: 'identity.merges',
    schema: 'identity.merges',
    key: 'absorbed profile id',
    cleanup: 'delete',
    retentionMs: null,
    producers: ['identity'],
    consumers: ['profile', 'segmentation', 'history', 'consumers'],
  },
  {
    name: 'profiles.changed',
    schema: 'profiles.changed',
    key: 'profile id',
    cleanup: 'delete',
    retentionMs: 30 * DAY_MS,
    producers: ['profile'],
    consumers: ['segmentation', 'history', 'consumers'],
  },
  {
    // The latest record of each profile, for consumers that need the current state. No stage of Hilo reads it.
    name: 'profiles.current',
    schema: 'profiles.changed',
    key: 'profile id',
    cleanup: 'compact',
    retentionMs: null,
    producers: ['profile'],
    consumers: ['consumers'],
  },
  {
    name: 'segments.definitions',
    schema: 'segments.definitions',
    key: 'segment key, written to every partition',
    cleanup: 'compact',
    retentionMs: null,
    producers: ['segmentation'],
    consumers: ['segmentation'],
  },
  {
    name: 'segments.membership',
    schema: 'segments.membership',
    key: 'profile id',
    cleanup: 'delete',
    retentionMs: 30 * DAY_MS,
    producers: ['segmentation'],
    consumers: ['profile', 'activation', 'history', 'consumers'],
  },
  {
    // Who is in which segment now, for consumers that begin: who leaves gets a record without a value. No stage of Hilo reads it.
    name: 'segments.members',
    schema: 'segments.membership',
    key: 'segment key, a slash and the profile id',
    cleanup: 'compact',
    retentionMs: null,
    producers: ['segmentation'],
    consumers: ['consumers'],
  },
  {
    name: 'activation.retries',
    schema: 'activation.retries',
    key: 'profile id',
    cleanup: 'delete',
    retentionMs: 7 * DAY_MS,
    producers: ['activation'],
    consumers: ['activation'],
  },
  {
    name: 'activation.deliveries',
    schema: 'activation.deliveries',
    key: 'profile id',
    cleanup: 'delete',
    retentionMs: 30 * DAY_MS,
    producers: ['activation'],
    consumers: ['history', 'consumers'],
  },
  {
    // One partition, so that all readers see the same order.
    name: 'stages.progress',
    schema: 'stages.progress',
    key: 'stage and partition',
    cleanup: 'compact',
    retentionMs: null,
    partitions: 1,
    producers: ['ingestion', 'identity', 'profile', 'segmentation'],
    consumers: ['identity', 'profile', 'segmentation'],
  },
  handover('profile'),
  handover('segmentation'),
  {
    name: 'segmentation.backfill',
    schema: 'segmentation.backfill',
    key: 'profile id',
    cleanup: 'delete',
    retentionMs: DAY_MS,
    producers: ['segmentation'],
    consumers: ['segmentation'],
  },
  ...STAGES.map(deadLetter),
  ...STAGES.map(replay),
] as const satisfies readonly TopicDeclaration[];

/** Every topic, in the order in which an event meets them. */
export const TOPICS: readonly TopicDeclaration[] = DECLARED;

type Declared = (typeof DECLARED)[number];

/** Topics that keep the latest record of each key: a record without a value removes the key. */
export type CompactedTopic = Extract<Declared, { readonly cleanup: 'compact' }>['name'];

/** Topic → its record. A topic whose records keep the bytes they came with has none. */
export type TopicRecords = {
  readonly [D in Declared as D['schema'] extends keyof RecordTypes ? D['name'] : never]: RecordTypes[D['schema'] &
    keyof RecordTypes];
};

/** The declaration of a topic. Throws for an unknown name: that is a bug, not input. */
export function topicNamed(name: string): TopicDeclaration {
  const found = TOPICS.find((topic) => topic.name === name);
  if (found === undefined) throw new Error(`topic ${name} is not in the topic table`);
  return found;
}
