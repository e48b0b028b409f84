import { OutputDraft } from '../commit/outputs.ts';
import { nameOfBug } from '../fold/bug.ts';
import type { RecordOf, TopicTypes } from '../language/input.ts';
import type { TableRow } from '../language/loader-logic.ts';
import type { OwnedPartition } from '../partitions/owned-partition.ts';
import type { Checkpoint } from '../ports/checkpoint.ts';
import type { RawRecord } from '../ports/log.ts';
import type { BatchInput } from '../read/batch-input.ts';
import { BUG, type Refusal } from '../read/dead-letter.ts';
import { decodeRecords, firstUnreadable, rulesOf, type Unreadable } from '../read/intake.ts';
import { BatchTrace } from '../read/tracer.ts';
import { timedEnds } from '../reporting/batch-metrics.ts';
import type { Intent } from './gathered-records.ts';
import { tokenOf } from './load-intents.ts';
import type { LoaderDependencies } from './loader-dependencies.ts';
import { TableLoads } from './table-loads.ts';

/** How many partitions are loaded at the same time: one makes its rows while another waits for the sink. */
const INSERTS_AT_ONCE = 2;

/** The records of one partition in a load, with the checkpoint after them. */
export interface Load {
  readonly owned: OwnedPartition;
  readonly records: readonly RawRecord[];
  readonly after: Checkpoint;
  readonly intent: Intent;
  /** True if the intent was found in the checkpoint, and not made for this load. */
  readonly resumed: boolean;
}

/** The inserted records of one partition: those that carry event times, and the spans of the traced ones. */
interface InsertedPart {
  readonly timed: readonly BatchInput[];
  readonly trace: BatchTrace | null;
}

/** The result of an insert: what it wrote, and what is still to be written. */
export interface Inserted {
  readonly draft: OutputDraft;
  readonly parts: readonly InsertedPart[];
  /** Partitions with an undecodable record: nothing of them was inserted, and their intents remain. */
  readonly unreadable: ReadonlyMap<number, Unreadable>;
}

/** Makes rows from loads and inserts them. A record that cannot become rows is drafted as a dead letter. */
export class LoadInserts<M extends TopicTypes> {
  readonly #dependencies: LoaderDependencies<M>;

  constructor(dependencies: LoaderDependencies<M>) {
    this.#dependencies = dependencies;
  }

  /** `again`: an earlier attempt failed and may have inserted some of the rows. */
  async insert(loads: readonly Load[], again: boolean): Promise<Inserted> {
    const { codec, topology, partitions, build } = this.#dependencies;
    const draft = new OutputDraft({ stage: topology.stage, partitions, codec, build });
    const parts: InsertedPart[] = [];
    const unreadable = new Map<number, Unreadable>();
    const waiting = loads.values();
    const insertNext = async () => {
      for (const load of waiting) {
        const inserted = await this.#insertOne(load, draft, again || load.resumed);
        if ('raw' in inserted) unreadable.set(load.owned.partition, inserted);
        else parts.push(inserted);
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: INSERTS_AT_ONCE }, insertNext));
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return { draft, parts, unreadable };
  }

  /** `mayBeThere`: some of the rows may have been inserted before, however long ago. */
  async #insertOne(
    { owned, records, intent }: Load,
    draft: OutputDraft,
    mayBeThere: boolean,
  ): Promise<InsertedPart | Unreadable> {
    const { codec, sink, topology, clock, tracer } = this.#dependencies;
    const tables = new TableLoads();
    const slots = await decodeRecords(records, codec, topology, null);
    const first = firstUnreadable(slots, new Map([[owned.partition, owned.checkpoint]]), rulesOf(topology));
    for (const one of first.values()) return one;
    const trace = tracer === null ? null : new BatchTrace(tracer, topology.stage, slots, clock.nowMs());
    for (const { raw, input } of slots) {
      const record = input as unknown as RecordOf<M>;
      const made = input.kind === 'poison' ? input : this.#rowsOf(record);
      if ('rows' in made) for (const row of made.rows) tables.add(row, record.logPosition);
      else if (raw !== null) draft.deadLetter(owned.checkpoint, raw, made, topology.deadLetter, clock.nowMs());
    }
    const timed = timedEnds(slots, topology);
    await tables.insertInto(sink, tokenOf(owned, intent), mayBeThere);
    return { timed, trace };
  }

  /** The rows of a record. If the logic throws, the record is refused as a bug; no other record waits for it. */
  #rowsOf(input: RecordOf<M>): { readonly rows: readonly TableRow[] } | Refusal {
    const { logic, logger, topology } = this.#dependencies;
    try {
      return { rows: logic.rows(input) };
    } catch (error) {
      const { partition } = input;
      const where = `${input.topic} at offset ${input.offset}`;
      logger.error(
        { stage: topology.stage, partition, where, bug: nameOfBug(error) },
        'an input met a bug and is dead-lettered',
      );
      return { reason: BUG, message: nameOfBug(error) };
    }
  }
}
