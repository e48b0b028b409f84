import { countOutputs, countRecords, countRepeats, tellEventTimes, timedEnds } from '../reporting/batch-metrics.ts';
import { nameOfBug } from '../fold/bug.ts';
import type { Checkpoint } from '../ports/checkpoint.ts';
import { type Refusal, BUG } from '../read/dead-letter.ts';
import { GatheredRecords, type Intent } from './gathered-records.ts';
import { admitRecords, decodeRecords, firstUnreadable, rulesOf, type Unreadable } from '../read/intake.ts';
import type { RecordOf, TopicTypes } from '../language/input.ts';
import { lingerAfter, lingerOf } from './loader-limits.ts';
import { rangesOf, tokenOf, withIntentLeft } from './load-intents.ts';
import type { LoaderParts } from './loader-parts.ts';
import { OutputDraft } from '../commit/outputs.ts';
import { Ownership, type OwnedPartition } from '../partitions/ownership.ts';
import type { PartitionCommit } from '../ports/store.ts';
import type { OutRecord, RawRecord } from '../ports/log.ts';
import type { PartitionProgress } from '../partitions/progress-watch.ts';
import { Hold } from '../ports/retry.ts';
import type { BatchInput } from '../read/batch-input.ts';
import { TableLoads } from './table-loads.ts';
import type { TableRow } from '../language/loader-logic.ts';
import { topicsRead } from '../language/topology.ts';
import { BatchTrace } from '../read/tracer.ts';

/** Partitions of which rows are made and inserted at the same time: one may work while another waits for the sink. */
const INSERTS_AT_ONCE = 2;

/** Of the records of one partition that an insert wrote: those that tell times, and the spans where they are traced. */
interface InsertedPart {
  readonly timed: readonly BatchInput[];
  readonly trace: BatchTrace | null;
}

/** What an insert of all partitions wrote, and what it left to write. */
interface Inserted {
  readonly draft: OutputDraft;
  readonly parts: readonly InsertedPart[];
  /** Partitions of which nothing was inserted, for a record that can't be read: their intents stand. */
  readonly unreadable: ReadonlyMap<number, Unreadable>;
}

/** One partition's records of one load, with the checkpoint before and after. */
interface Load {
  readonly owned: OwnedPartition;
  readonly records: readonly RawRecord[];
  readonly after: Checkpoint;
  readonly intent: Intent;
  /** True where the intent was found in the checkpoint, not made for this load. */
  readonly resumed: boolean;
}

/**
 * Loads records into a store that has no transactions with ours, each once (design §4): writes the exact ranges it is
 * about to insert into its checkpoint, inserts them with tokens made of the ranges, then advances. After a crash the same
 * ranges are read again and inserted with the same tokens, which the sink drops.
 */
export class LoaderRuntime<M extends TopicTypes> {
  readonly #parts: LoaderParts<M>;
  readonly #ownership: Ownership;
  readonly #hold: Hold;
  readonly #gathered = new GatheredRecords();
  #oldest_ms = Infinity;
  #linger_ms: number;
  #stopping = false;

  constructor(parts: LoaderParts<M>) {
    this.#parts = parts;
    this.#linger_ms = parts.limits.linger_ms;
    this.#ownership = new Ownership(parts);
    this.#hold = new Hold({ ...parts, stage: parts.topology.stage }, () => this.#stopping);
  }

  get ready(): boolean {
    return this.#ownership.settled;
  }

  /** Partitions that are owned now. */
  get owned(): ReadonlySet<number> {
    return new Set(this.#ownership.owned.keys());
  }

  /** Where the partitions stand that are assigned now. */
  progress(): readonly PartitionProgress[] {
    return this.#ownership.progress(
      new Set(this.#gathered.partitions().filter((one) => this.#gathered.of(one).length > 0)),
    );
  }

  async start(): Promise<void> {
    const { store, producer, consumer } = this.#parts;
    await this.#hold.until('start', () => store.start());
    await this.#hold.until('start', () => producer.start());
    await this.#hold.until('start', () => consumer.start());
  }

  /** Loads until `stop`. Rejects on a bug. */
  async run(): Promise<void> {
    while (!this.#stopping) await this.step();
  }

  stop(): void {
    this.#stopping = true;
    this.#parts.consumer.wakeUp();
  }

  async close(): Promise<void> {
    const { consumer, producer, store } = this.#parts;
    try {
      await store.release([...this.#ownership.owned.keys()]);
    } catch (error) {
      // The successor waits for the lease instead.
      this.#parts.logger.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'leases not released');
    }
    await consumer.close();
    await producer.close();
    await store.close();
  }

  /** One turn: a poll and, where enough has gathered or waited long enough, one load. */
  async step(wait_ms: number = this.#parts.limits.poll_ms): Promise<void> {
    const { consumer, clock } = this.#parts;
    this.#lose(await this.#hold.until('acquire', () => this.#ownership.confirm()), 0);
    const left_ms = Math.max(0, this.#due_ms() - clock.monotonic_ms());
    const polled = await consumer.poll(this.#room(), Math.min(this.#ownership.patience(wait_ms), left_ms));
    if (polled.assignment !== undefined) await this.#assign(polled.assignment);
    this.#ownership.readHeldAgain();
    for (const partition of this.#ownership.holdTruncated(polled)) this.#forget(partition);
    await this.#hold.until('acquire', () => this.#acquire());
    for (const record of polled.records) this.#gather(record);
    const waited = clock.monotonic_ms() >= this.#due_ms();
    if (this.#gathered.size().records > 0 && (waited || this.#isFull())) await this.flush();
  }

  /** Loads what has gathered. */
  async flush(): Promise<void> {
    const { clock, limits } = this.#parts;
    const now_ms = clock.monotonic_ms();
    this.#linger_ms = lingerAfter(this.#gathered.size().records, now_ms - this.#oldest_ms, limits);
    const loads = this.#plan();
    this.#oldest_ms = now_ms;
    if (loads.length > 0 && (await this.#commitIntents(loads))) {
      let attempts = 0;
      const inserted = await this.#hold.until('insert', () => this.#insert(loads, (attempts += 1) > 1));
      await this.#advance(
        loads.filter(({ owned }) => !inserted.unreadable.has(owned.partition)),
        inserted,
      );
      for (const [partition, one] of inserted.unreadable) this.#holdAtUnreadable(partition, one);
      this.#lose(await this.#hold.until('send', () => this.#ownership.sendUnsent()));
    }
    // With nothing gathered there is nothing to wait for: a poll then waits its whole time.
    if (this.#gathered.size().records === 0) this.#oldest_ms = Infinity;
  }

  /** When what has gathered is loaded though more might come, by the monotonic clock. */
  #due_ms(): number {
    const { limits } = this.#parts;
    return this.#oldest_ms + Math.min(this.#linger_ms, lingerOf(this.#gathered.size().records, limits));
  }

  #isFull(): boolean {
    const { records, bytes } = this.#gathered.size();
    return records >= this.#parts.limits.flush_records || bytes >= this.#parts.limits.flush_bytes;
  }

  /** Records to ask for. An intent of an earlier load is read to its end whatever else has gathered: it was bounded. */
  #room(): number {
    const { flush_records } = this.#parts.limits;
    const resuming = [...this.#ownership.owned.values()].some(({ checkpoint }) => checkpoint.intent !== null);
    if (resuming) return flush_records;
    return this.#isFull() ? 0 : flush_records - this.#gathered.size().records;
  }

  async #assign(partitions: readonly number[]): Promise<void> {
    const lost = this.#ownership.assign(partitions);
    for (const partition of lost) this.#forget(partition);
    await this.#hold.until('release', () => this.#ownership.release(lost));
  }

  /** A fault may end it anywhere: the next call goes on with what is owned and not read yet. */
  async #acquire(): Promise<void> {
    await this.#ownership.acquireMissing();
    if (this.#ownership.unopened().length === 0) return;
    this.#lose(await this.#ownership.sendUnsent());
    const unopened = this.#ownership.unopened();
    for (const owned of unopened) {
      owned.checkpoint = withIntentLeft(owned.checkpoint, topicsRead(this.#parts.topology));
      this.#gathered.open(owned.partition);
      if (!(await this.#ownership.open(owned))) this.#forget(owned.partition);
    }
    const acquired = unopened.map(({ partition }) => partition).filter((one) => this.#ownership.owned.has(one));
    this.#parts.logger.info({ stage: this.#parts.topology.stage, partitions: acquired }, 'partitions acquired');
  }

  #gather(record: RawRecord): void {
    const owned = this.#ownership.owned.get(record.partition);
    if (owned === undefined || owned.held !== null) return;
    this.#gathered.add(record, owned.checkpoint.intent);
    const first = this.#oldest_ms === Infinity && this.#gathered.size().records > 0;
    if (first) this.#oldest_ms = this.#parts.clock.monotonic_ms();
  }

  #lose(partitions: readonly number[], again_after_ms?: number): void {
    for (const partition of partitions) {
      this.#ownership.lose(partition, again_after_ms);
      this.#forget(partition);
    }
  }

  #forget(partition: number): void {
    this.#gathered.forget(partition);
    this.#parts.metrics.letGo(partition, topicsRead(this.#parts.topology));
  }

  /** What to load of each partition: all that is pending, or exactly what an earlier intent says. */
  #plan(): Load[] {
    const loads: Load[] = [];
    for (const partition of this.#gathered.partitions()) {
      const owned = this.#ownership.owned.get(partition);
      const gathered = this.#gathered.of(partition);
      if (owned === undefined || gathered.length === 0) continue;
      const { checkpoint } = owned;
      const resumed = checkpoint.intent !== null;
      const wanted = resumed ? this.#gathered.within(partition, checkpoint.intent, checkpoint.offsets) : gathered;
      if (wanted === null) continue;
      const admitted = admitRecords(wanted, new Map([[partition, checkpoint]]), rulesOf(this.#parts.topology));
      const after = admitted.checkpoints.get(partition) ?? checkpoint;
      for (const where of admitted.gaps.values()) this.#holdPartition(owned, where);
      if (owned.held !== null) {
        this.#gathered.keep(partition, ({ topic, offset }) => offset < (after.offsets[topic] ?? 0));
      }
      countRepeats(this.#parts.metrics, admitted);
      const intent = checkpoint.intent ?? rangesOf(checkpoint, after);
      if (Object.keys(intent).length > 0) loads.push({ owned, records: admitted.taken, after, intent, resumed });
    }
    return loads;
  }

  #holdAtUnreadable(partition: number, { raw, reason }: Unreadable): void {
    const { logger, metrics, topology } = this.#parts;
    const owned = this.#ownership.owned.get(partition);
    if (owned === undefined) return;
    const where = `${raw.topic} at offset ${raw.offset}`;
    this.#ownership.holdAtUnreadable(owned, where);
    this.#gathered.forget(partition);
    metrics.unreadable(partition, true);
    logger.warn({ stage: topology.stage, partition, where, reason }, 'a record cannot be decoded: held');
  }

  #holdPartition(owned: OwnedPartition, where: string): void {
    owned.held = where;
    this.#parts.metrics.gap(owned.partition);
    const { partition } = owned;
    this.#parts.logger.error({ stage: this.#parts.topology.stage, partition, where }, 'a record is missing: held');
  }

  /** Writes the intents that are not written yet. False: partitions were lost, plan again. */
  async #commitIntents(loads: readonly Load[]): Promise<boolean> {
    const fresh = loads.filter(({ owned }) => owned.checkpoint.intent === null);
    if (fresh.length === 0) return true;
    return this.#commit(
      fresh.map(({ owned, intent }) => ({
        owned,
        checkpoint: { ...owned.checkpoint, intent },
        outbox: [],
        records: [],
      })),
    );
  }

  /** `again`: an earlier attempt failed, and may have inserted some of it. */
  async #insert(loads: readonly Load[], again: boolean): Promise<Inserted> {
    const { codec, topology, partitions, build } = this.#parts;
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

  /** `may_be_there`: some of the rows may have been inserted before, however long ago. */
  async #insertOne(
    { owned, records, intent }: Load,
    draft: OutputDraft,
    may_be_there: boolean,
  ): Promise<InsertedPart | Unreadable> {
    const { codec, sink, topology, clock, tracer } = this.#parts;
    const tables = new TableLoads();
    const slots = await decodeRecords(records, codec, topology, null);
    const first = firstUnreadable(slots, new Map([[owned.partition, owned.checkpoint]]), rulesOf(topology));
    for (const one of first.values()) return one;
    const trace = tracer === null ? null : new BatchTrace(tracer, topology.stage, slots, clock.now_ms());
    for (const { raw, input } of slots) {
      if (input.kind === 'poison') {
        if (raw !== null) draft.deadLetter(owned.checkpoint, raw, input, topology.deadLetter, clock.now_ms());
        continue;
      }
      const record = input as unknown as RecordOf<M>;
      const made = this.#rowsOf(record);
      if ('reason' in made) {
        if (raw !== null) draft.deadLetter(owned.checkpoint, raw, made, topology.deadLetter, clock.now_ms());
        continue;
      }
      for (const row of made.rows) tables.add(row, record.log_position);
    }
    const timed = timedEnds(slots, topology);
    await tables.insertInto(sink, tokenOf(owned, intent), may_be_there);
    return { timed, trace };
  }

  /** The rows of a record. One that meets a bug is set aside: no other waits for it. */
  #rowsOf(input: RecordOf<M>): { readonly rows: readonly TableRow[] } | Refusal {
    const { logic, logger, topology } = this.#parts;
    try {
      return { rows: logic.rows(input) };
    } catch (error) {
      const { partition } = input;
      const where = `${input.topic} at offset ${input.offset}`;
      logger.error({ stage: topology.stage, partition, where, bug: nameOfBug(error) }, 'an input met a bug: set aside');
      return { reason: BUG, message: nameOfBug(error) };
    }
  }

  async #advance(loads: readonly Load[], { draft, parts }: Inserted): Promise<void> {
    const { metrics, topology, clock } = this.#parts;
    if (loads.length === 0) return;
    const commits = loads.map(({ owned, after }) => {
      const { checkpoint, rows, records } = draft.finish(owned.partition, {
        ...after,
        revision: owned.checkpoint.revision,
        intent: null,
      });
      return { owned, checkpoint, outbox: rows, records };
    });
    if (!(await this.#commit(commits))) return;
    for (const { trace } of parts) trace?.end();
    const taken = loads.flatMap(({ records }) => records);
    countRecords(metrics, taken, draft.deadLetters);
    for (const reason of draft.deadLetters) if (reason === BUG) metrics.bug();
    countOutputs(metrics, commits);
    const timed = parts.flatMap((part) => part.timed);
    tellEventTimes(metrics, timed, topology, clock.now_ms());
    for (const { owned, records, resumed } of loads) {
      const { offsets } = owned.checkpoint;
      if (resumed) this.#readAgain(owned);
      else this.#gathered.keep(owned.partition, ({ topic, offset }) => offset >= (offsets[topic] ?? 0));
      metrics.batch(records.length);
      metrics.unreadable(owned.partition, false);
    }
  }

  /** Reads a partition from its checkpoint on: what came after its intent was not kept. */
  #readAgain(owned: OwnedPartition): void {
    this.#parts.consumer.shut(owned.partition);
    this.#gathered.forget(owned.partition);
    owned.open = false;
  }

  async #commit(
    parts: readonly (Omit<PartitionCommit, 'partition' | 'epoch' | 'acknowledged'> & {
      owned: OwnedPartition;
      records: readonly OutRecord[];
    })[],
  ): Promise<boolean> {
    const commits = parts.map(({ owned, checkpoint, outbox }) => ({
      partition: owned.partition,
      epoch: owned.epoch,
      checkpoint,
      outbox,
      acknowledged: [...owned.acknowledged],
    }));
    const result = await this.#hold.until('commit', () => this.#parts.store.commit(commits, []));
    if (result.kind === 'fenced') {
      this.#lose(result.lost);
      this.#lose(result.outdated, 0);
    }
    if (result.kind !== 'committed') return false;
    for (const { owned, checkpoint, outbox, records } of parts) {
      owned.checkpoint = { ...checkpoint, revision: checkpoint.revision + 1 };
      owned.acknowledged = [];
      if (outbox.length > 0) owned.unsent.push({ ids: outbox.map((row) => row.id), records });
      this.#parts.consumer.commit(owned.partition, owned.checkpoint);
    }
    return true;
  }
}
