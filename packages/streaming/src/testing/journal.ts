import type { Effect, StateCodec, Statement } from '../language/logic.ts';
import type { OutRecord } from '../ports/log.ts';
import type { PartitionCommit, StateRow } from '../ports/store.ts';

/** A key's state as a commit leaves it. The empty key is the state that all keys of the partition share. */
export interface JournaledState {
  readonly key: string;
  /** Null: the key went to another. */
  readonly state: unknown;
  /** When the key is woken; null: never. */
  readonly due_ms: number | null;
}

/** A record as it was sent. */
export interface JournaledRecord {
  readonly topic: string;
  readonly key: string | null;
  readonly value: unknown;
}

/** What a stage did to the world, each in the order in which it happened. */
export type JournalEntry =
  | {
      readonly kind: 'commit';
      readonly states: readonly JournaledState[];
      /** Statements on the stage's own tables. */
      readonly tables: readonly Pick<Statement, 'name' | 'values'>[];
      /**
       * Last, how far each partition of the commit is read: the offset of the next record, by partition and topic; topics of
       * which nothing was read are left out.
       */
      readonly checkpoint: Readonly<Record<number, Readonly<Record<string, number>>>>;
    }
  | { readonly kind: 'send'; readonly records: readonly JournaledRecord[] }
  | ({ readonly kind: 'effect' } & Effect);

/** The entry of a commit. `codecOf`: how the state of a key is encoded; it is decoded when it is looked at. */
export function commitEntry(
  partitions: readonly PartitionCommit[],
  writes: readonly Statement[],
  codecOf: (key: string) => StateCodec<unknown>,
): JournalEntry {
  const states = writes.filter(({ name }) => name === 'state').flatMap(({ values }) => values as readonly StateRow[]);
  return {
    kind: 'commit',
    states: states.map(({ key, body, due_ms }) => ({
      key,
      get state() {
        return body === null ? null : codecOf(key).decode(body);
      },
      due_ms,
    })),
    tables: writes.filter(({ name }) => name !== 'state').map(({ name, values }) => ({ name, values })),
    checkpoint: Object.fromEntries(
      partitions.map(({ partition, checkpoint }) => [
        partition,
        Object.fromEntries(Object.entries(checkpoint.offsets).filter(([, offset]) => offset > 0)),
      ]),
    ),
  };
}

/** The entry of a send. `decode`: what the bytes of a record of a topic say; they are decoded when they are looked at. */
export function sendEntry(
  records: readonly OutRecord[],
  decode: (topic: string, value: Buffer | null) => unknown,
): JournalEntry {
  return {
    kind: 'send',
    records: records.map(({ topic, key, value }) => ({
      topic,
      key: key?.toString() ?? null,
      get value() {
        return decode(topic, value);
      },
    })),
  };
}

/** A journal by its names alone: which partitions were committed with which writes, what topics were sent to, which effects began. */
export function outlineOf(
  journal: readonly JournalEntry[],
): readonly (
  | { readonly kind: 'commit'; readonly partitions: readonly number[]; readonly writes: readonly string[] }
  | { readonly kind: 'send'; readonly topics: readonly string[] }
  | { readonly kind: 'effect'; readonly id: string }
)[] {
  return journal.map((entry) => {
    if (entry.kind === 'send') return { kind: 'send', topics: entry.records.map(({ topic }) => topic) };
    if (entry.kind === 'effect') return { kind: 'effect', id: entry.id };
    const { checkpoint, states, tables } = entry;
    const writes = [...(states.length > 0 ? ['state'] : []), ...tables.map(({ name }) => name)];
    return { kind: 'commit', partitions: Object.keys(checkpoint).map(Number), writes };
  });
}
