import type { TopicDeclaration } from '@hilo/schemas';
import type { Headers } from './log.ts';

/**
 * De-duplication between stages without Kafka transactions (design §4).
 *
 * Every output carries its origin (stage, input partition, incarnation of that partition's checkpoint) and a sequence
 * that is dense per origin and output partition. A consumer keeps the last sequence per origin in its own checkpoint.
 */

/** Header with the origin of an output, as text. */
export const ORIGIN_HEADER = 'hilo-origin';
/** Header with the sequence of an output, as decimal text. */
export const SEQUENCE_HEADER = 'hilo-seq';

/** Text of a header that is there once; empty where it is not. */
export function headerText(headers: Headers<Buffer>, name: string): string {
  const value = headers[name];
  return Buffer.isBuffer(value) ? value.toString() : '';
}

/** What to do with a record: `gap` means that something before it is missing, so the partition must hold. */
export type Admission = 'take' | 'drop' | 'gap';

/**
 * Decides by the last sequence taken from the origin (undefined: the origin was never seen). In a compacted topic records
 * are missing for a good reason, so what is beyond the next is taken there.
 */
export function admit(last: number | undefined, sequence: number, compacted = false): Admission {
  if (last === undefined || sequence === last + 1) return 'take';
  if (sequence <= last) return 'drop';
  return compacted ? 'take' : 'gap';
}

/** What origin headers mean in the topics a stage reads. */
export interface SourceRules {
  /** Topics that anyone may write to. Their headers say nothing, or a stranger could make a partition hold. */
  readonly open: ReadonlySet<string>;
  readonly compacted: ReadonlySet<string>;
  /** Topics that only stages write to: what can't be read there will be, once the registry or the release is right again. */
  readonly internal: ReadonlySet<string>;
  /** The stage that reads, where it has a topic of replays: there a sequence is a letter's name, and each is taken once. */
  readonly replays?: { readonly stage: string; readonly topic: string };
}

/** Rules of topics by the topic table. */
export function sourceRules(topics: readonly TopicDeclaration[]): SourceRules {
  const names = (which: (topic: TopicDeclaration) => boolean) => new Set(topics.filter(which).map(({ name }) => name));
  const isOpen = (topic: TopicDeclaration) => topic.producers.includes('producers');
  // Letters, and letters that are replayed, are copies of records, whatever they are.
  const isOfRecords = (topic: TopicDeclaration) => topic.schema !== null;
  return {
    open: names(isOpen),
    internal: names((topic) => !isOpen(topic) && isOfRecords(topic)),
    compacted: names((topic) => topic.cleanup === 'compact'),
  };
}

/** Text of an origin, as it travels in the header. */
export function originOf(stage: string, partition: number, incarnation: string): string {
  return `${stage}/${partition}/${incarnation}`;
}
