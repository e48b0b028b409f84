import type { Effect, StateCodec, Statement } from '../language/logic.ts';
import type { OutRecord } from '../ports/log.ts';
import type { PartitionCommit, StateRow } from '../ports/store.ts';

/** A key's state after a commit. The empty key is the state that all keys of the partition share. */
export interface JournaledState {
  readonly key: string;
  /** Null if the key was absorbed by another. */
  readonly state: unknown;
  /** When the key wakes up; null for never. */
  readonly due_ms: number | null;
}

/** A record as it was sent. */
export interface JournaledRecord {
  readonly topic: string;
  readonly key: string | null;
  readonly value: unknown;
}

/** Something that a stage did to the outside. The journal holds them in order. */
export type JournalEntry =
  | {
      readonly kind: 'commit';
      readonly states: readonly JournaledState[];
      /** Statements on the stage's own tables. */
      readonly tables: readonly Pick<Statement, 'name' | 'values'>[];
      /**
       * Last, how far each partition of the commit is read: the offset of the next record, by partition and topic. Topics
       * without any record read are left out.
       */
      readonly checkpoint: Readonly<Record<number, Readonly<Record<string, number>>>>;
    }
  | { readonly kind: 'send'; readonly records: readonly JournaledRecord[] }
  | ({ readonly kind: 'effect' } & Effect);

/** The entry of a commit. `codecOf` returns the codec of a key's state; a state is decoded when a test looks at it. */
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

/** The entry of a send. `decode` decodes a record of a topic; a value is decoded when a test looks at it. */
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

/** The names in a journal: partitions and writes of each commit, topics of each send, ids of the effects. */
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
