import type { TopicDeclaration } from '@hilo/schemas';
import type { Headers } from './log.ts';

/**
 * De-duplication between stages without Kafka transactions (design §4).
 * Every output carries its origin (stage, input partition, incarnation of that partition's checkpoint) and a sequence
 * that is dense per origin and output partition. A consumer keeps the last sequence per origin in its own checkpoint.
 */

/** Header with the origin of an output, as text. */
export const ORIGIN_HEADER = 'hilo-origin';
/** Header with the sequence of an output, as decimal text. */
export const SEQUENCE_HEADER = 'hilo-seq';

/** Text of a header that occurs once; empty if it does not. */
export function headerText(headers: Headers<Buffer>, name: string): string {
  const value = headers[name];
  return Buffer.isBuffer(value) ? value.toString() : '';
}

/** What to do with a record: `gap` means that an earlier one is missing, so the partition must hold. */
export type Admission = 'take' | 'drop' | 'gap';

/**
 * Decides by the last sequence read from the origin (undefined: a new origin). In a compacted topic records are missing
 * for a good reason, so a sequence beyond the next one is taken there.
 */
export function admit(last: number | undefined, sequence: number, compacted = false): Admission {
  if (last === undefined || sequence === last + 1) return 'take';
  if (sequence <= last) return 'drop';
  return compacted ? 'take' : 'gap';
}

/** The meaning of origin headers in the topics that a stage reads. */
export interface SourceRules {
  /** Topics that anyone may write to. Their headers are ignored; otherwise a stranger could make a partition hold. */
  readonly open: ReadonlySet<string>;
  readonly compacted: ReadonlySet<string>;
  /**
   * Topics that only stages write to: what cannot be decoded there will be, once the registry or the release is right
   * again.
   */
  readonly internal: ReadonlySet<string>;
  /** The reading stage, if it has a replay topic: there a sequence is a dead letter's name, and each is taken once. */
  readonly replays?: { readonly stage: string; readonly topic: string };
}

/** Rules of topics by the topic table. */
export function sourceRules(topics: readonly TopicDeclaration[]): SourceRules {
  const names = (which: (topic: TopicDeclaration) => boolean) => new Set(topics.filter(which).map(({ name }) => name));
  const isOpen = (topic: TopicDeclaration) => topic.producers.includes('producers');
  // Dead letters and replays are copies of records of any kind.
  const isOfRecords = (topic: TopicDeclaration) => topic.schema !== null;
  return {
    open: names(isOpen),
    internal: names((topic) => !isOpen(topic) && isOfRecords(topic)),
    compacted: names((topic) => topic.cleanup === 'compact'),
  };
}

/** Text of an origin, as in the header. */
export function originOf(stage: string, partition: number, incarnation: string): string {
  return `${stage}/${partition}/${incarnation}`;
}
