import type { TopicTypes } from '../language/input.ts';
import { topicsRead } from '../language/topology.ts';
import { commitOf, type OwnedPartition } from '../partitions/owned-partition.ts';
import { type OwnCommit, PartitionLife } from '../partitions/partition-life.ts';
import { PartitionRuntime } from '../partitions/partition-runtime.ts';
import type { PartitionProgress } from '../partitions/progress-watch.ts';
import { readClock } from '../ports/clock.ts';
import type { RawRecord } from '../ports/log.ts';
import { BUG } from '../read/dead-letter.ts';
import { admitRecords, rulesOf, type Unreadable } from '../read/intake.ts';
import { countOutputs, countRecords, countRepeats, reportEventTimes } from '../reporting/batch-metrics.ts';
import { GatheredRecords } from './gathered-records.ts';
import { type Inserted, type Load, LoadInserts } from './insert-loads.ts';
import { rangesOf, withIntentLeft } from './load-intents.ts';
import { LoadPace } from './load-pace.ts';
import type { LoaderDependencies } from './loader-dependencies.ts';

/**
 * Loads records into a store that shares no transaction with PostgreSQL, each once (design §4): records the exact
 * ranges it is about to insert in its checkpoint, inserts them with tokens made of the ranges, then advances. After a
 * crash it reads the same ranges again and inserts them with the same tokens, which the sink drops.
 */
export class LoaderRuntime<M extends TopicTypes> extends PartitionRuntime {
  readonly #dependencies: LoaderDependencies<M>;
  protected override readonly life: PartitionLife;
  readonly #gathered = new GatheredRecords();
  readonly #pace: LoadPace;
  readonly #inserts: LoadInserts<M>;

  constructor(dependencies: LoaderDependencies<M>) {
    super();
    this.#dependencies = dependencies;
    this.#pace = new LoadPace(dependencies.limits);
    this.#inserts = new LoadInserts(dependencies);
    const life = new PartitionLife(dependencies, {
      assign: (partitions) => life.ownership.assign(partitions),
      prepare: async (taken) => this.#prepare(taken),
      opened: () => undefined,
      forget: (partition) => this.#gathered.forget(partition),
    });
    this.life = life;
  }

  /** How far each assigned partition is. */
  override progress(): readonly PartitionProgress[] {
    return this.life.ownership.progress(
      new Set(this.#gathered.partitions().filter((one) => this.#gathered.of(one).length > 0)),
    );
  }

  override async start(): Promise<void> {
    const { store, producer, consumer } = this.#dependencies;
    const { hold } = this.life;
    await hold.until('start', () => store.start());
    await hold.until('start', () => producer.start());
    await hold.until('start', () => consumer.start());
  }

  override async close(): Promise<void> {
    await this.life.close();
  }

  /** One turn: a poll and, if enough records have gathered or waited long enough, a load. */
  override async step(waitMs: number = this.#dependencies.limits.pollMs): Promise<void> {
    const { consumer, clock } = this.#dependencies;
    const life = this.life;
    await life.confirm();
    const before = this.#gathered.size();
    const isResuming = [...life.owned.values()].some(({ checkpoint }) => checkpoint.intent !== null);
    const left_ms = Math.max(0, this.#pace.due_ms(before) - clock.monotonicMs());
    const polled = await consumer.poll(
      this.#pace.room(before, isResuming),
      Math.min(life.ownership.patience(waitMs), left_ms),
    );
    await life.follow(polled);
    for (const record of polled.records) this.#gather(record);
    const waiting = this.#gathered.size();
    if (waiting.records > 0) this.#pace.gathered(clock.monotonicMs());
    const isDue = clock.monotonicMs() >= this.#pace.due_ms(waiting);
    if (waiting.records > 0 && (isDue || this.#pace.isFull(waiting))) await this.flush();
  }

  /** Loads the gathered records. */
  async flush(): Promise<void> {
    const life = this.life;
    this.#pace.loading(this.#gathered.size().records, this.#dependencies.clock.monotonicMs());
    const loads = this.#plan();
    if (loads.length > 0 && (await this.#commitIntents(loads))) {
      let attempts = 0;
      const inserted = await life.hold.until('insert', () => this.#inserts.insert(loads, (attempts += 1) > 1));
      await this.#advance(
        loads.filter(({ owned }) => !inserted.unreadable.has(owned.partition)),
        inserted,
      );
      for (const one of inserted.unreadable.values()) this.#holdAtUnreadable(one);
      await life.hold.until('send', () => life.send());
    }
    // With nothing gathered, the next poll may wait its whole time.
    if (this.#gathered.size().records === 0) this.#pace.emptied();
  }

  #prepare(taken: readonly OwnedPartition[]): void {
    for (const owned of taken) {
      owned.checkpoint = withIntentLeft(owned.checkpoint, topicsRead(this.#dependencies.topology));
      this.#gathered.open(owned.partition);
    }
  }

  #gather(record: RawRecord): void {
    const owned = this.life.owned.get(record.partition);
    if (owned?.held === null) this.#gathered.add(record, owned.checkpoint.intent);
  }

  /** What to load of each partition: all that has gathered, or exactly what an earlier intent names. */
  #plan(): Load[] {
    const { metrics, topology } = this.#dependencies;
    const loads: Load[] = [];
    for (const partition of this.#gathered.partitions()) {
      const owned = this.life.owned.get(partition);
      const gathered = this.#gathered.of(partition);
      if (owned === undefined || gathered.length === 0) continue;
      const { checkpoint } = owned;
      const resumed = checkpoint.intent !== null;
      const wanted = resumed ? this.#gathered.within(partition, checkpoint.intent, checkpoint.offsets) : gathered;
      if (wanted === null) continue;
      const admitted = admitRecords(wanted, new Map([[partition, checkpoint]]), rulesOf(topology));
      const after = admitted.checkpoints.get(partition) ?? checkpoint;
      for (const where of admitted.gaps.values()) this.life.holdAtGap(partition, where);
      if (owned.held !== null) {
        this.#gathered.keep(partition, ({ topic, offset }) => offset < (after.offsets[topic] ?? 0));
      }
      countRepeats(metrics, admitted);
      const intent = checkpoint.intent ?? rangesOf(checkpoint, after);
      if (Object.keys(intent).length > 0) loads.push({ owned, records: admitted.taken, after, intent, resumed });
    }
    return loads;
  }

  #holdAtUnreadable(unreadable: Unreadable): void {
    this.life.holdAtUnreadable(unreadable);
    this.#gathered.forget(unreadable.raw.partition);
  }

  /** Commits the new intents. Returns false if partitions were lost: then plan again. */
  async #commitIntents(loads: readonly Load[]): Promise<boolean> {
    const fresh = loads.filter(({ owned }) => owned.checkpoint.intent === null);
    if (fresh.length === 0) return true;
    return this.#commit(
      fresh.map(({ owned, intent }) => ({
        owned,
        commit: commitOf(owned, { ...owned.checkpoint, intent }),
        records: [],
      })),
    );
  }

  async #advance(loads: readonly Load[], { draft, parts }: Inserted): Promise<void> {
    const { metrics, topology, clock } = this.#dependencies;
    if (loads.length === 0) return;
    const commits = loads.map(({ owned, after }): OwnCommit => {
      const { revision } = owned.checkpoint;
      const { checkpoint, rows, records } = draft.finish(owned.partition, { ...after, revision, intent: null });
      return { owned, commit: commitOf(owned, checkpoint, rows), records };
    });
    if (!(await this.#commit(commits))) return;
    for (const { trace } of parts) trace?.end();
    const taken = loads.flatMap(({ records }) => records);
    countRecords(metrics, taken, draft.deadLetters);
    for (const reason of draft.deadLetters) if (reason === BUG) metrics.bug();
    countOutputs(metrics, commits);
    const timed = parts.flatMap((part) => part.timed);
    reportEventTimes(metrics, timed, topology, clock.nowMs());
    for (const { owned, records, resumed } of loads) {
      const { offsets } = owned.checkpoint;
      if (resumed) this.#readAgain(owned);
      else this.#gathered.keep(owned.partition, ({ topic, offset }) => offset >= (offsets[topic] ?? 0));
      metrics.batch(records.length);
      metrics.unreadable(owned.partition, false);
    }
  }

  /** Reads a partition again from its checkpoint, because the records after its intent were not kept. */
  #readAgain(owned: OwnedPartition): void {
    this.#dependencies.consumer.shut(owned.partition);
    this.#gathered.forget(owned.partition);
    owned.open = false;
  }

  async #commit(commits: readonly OwnCommit[]): Promise<boolean> {
    const { clock, store } = this.#dependencies;
    const life = this.life;
    const begun = readClock(clock);
    const all = commits.map(({ commit }) => commit);
    const result = await life.hold.until('commit', () => store.commit(all, []));
    if (result.kind === 'fenced') {
      life.lose(result.lost);
      life.lose(result.outdated, 0);
    }
    if (result.kind !== 'committed') return false;
    for (const commit of commits) life.committed(commit, begun);
    return true;
  }
}
