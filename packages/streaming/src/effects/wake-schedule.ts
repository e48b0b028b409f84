import type { DueKey, DueWindow, StageStore } from '../ports/store.ts';

/** How long to wait before looking again if all due keys have effects in flight, in milliseconds. */
const BUSY_MS = 200;

/** The moment for which a partition decides. */
export type MomentOf = (partition: number) => number;

/**
 * When the next key of each owned partition is due. A key due at T wakes up once its partition decides for T, so that
 * an outage does not fire what the backlog would have cancelled (ADR 28).
 */
export class WakeSchedule {
  readonly #store: StageStore;
  readonly #limit: number;
  /** No key of a partition is due before this time. */
  readonly #nextMs = new Map<number, number>();
  #lookAgainMs = 0;

  constructor(store: StageStore, limit: number) {
    this.#store = store;
    this.#limit = limit;
  }

  async load(partitions: readonly number[]): Promise<void> {
    const next = await this.#store.nextDue(new Map(partitions.map((partition) => [partition, -1])));
    for (const partition of partitions) this.#set(partition, next.get(partition));
  }

  forget(partition: number): void {
    this.#nextMs.delete(partition);
  }

  /** A batch wrote wake-up times: the earliest of each partition. */
  noteAll(due_ms: ReadonlyMap<number, number>): void {
    for (const [partition, at] of due_ms) {
      if (at < (this.#nextMs.get(partition) ?? Infinity)) this.#nextMs.set(partition, at);
    }
  }

  /**
   * How long a poll may wait without being late for a key. For a partition that is not that far, whatever advances its
   * time reports that: `isDue`.
   */
  patience(owned: Iterable<{ readonly partition: number }>, momentOf: MomentOf, nowMs: number, mostMs: number): number {
    let patience = mostMs;
    for (const { partition } of owned) {
      const next = this.#nextMs.get(partition);
      if (next === undefined) continue;
      if (next > nowMs) patience = Math.min(patience, next - nowMs);
      else if (momentOf(partition) >= next) patience = Math.min(patience, Math.max(0, this.#lookAgainMs - nowMs));
    }
    return patience;
  }

  /** True if a key is due by the wall clock: it may wait for its partition's time. */
  isDue(nowMs: number): boolean {
    for (const next of this.#nextMs.values()) if (next <= nowMs) return true;
    return false;
  }

  /**
   * The keys to wake now. Leaves a key with an effect in flight alone: the effect's result sets its time again. Each
   * partition has its share of a batch, so one partition's progress or number of due keys delays no other's.
   */
  async take(
    owned: Iterable<{ readonly partition: number }>,
    momentOf: MomentOf,
    nowMs: number,
    isBusy: (partition: number, key: string) => boolean,
  ): Promise<readonly DueKey[]> {
    if (nowMs < this.#lookAgainMs) return [];
    const ripe = new Map<number, DueWindow>();
    for (const { partition } of owned) {
      const next = this.#nextMs.get(partition);
      if (next === undefined || next > nowMs) continue;
      const until_ms = Math.min(nowMs, momentOf(partition));
      if (until_ms >= next) ripe.set(partition, { from_ms: next, until_ms });
    }
    if (ripe.size === 0) return [];
    const share = Math.max(1, Math.floor(this.#limit / ripe.size));
    const due = await this.#store.due(ripe, share);
    const free = due.filter(({ partition, key }) => !isBusy(partition, key));
    const found = new Map<number, number>();
    for (const { partition } of due) found.set(partition, (found.get(partition) ?? 0) + 1);
    const emptied = [...ripe].filter(([partition]) => (found.get(partition) ?? 0) < share);
    if (emptied.length > 0) await this.#refresh(new Map(emptied));
    else if (free.length === 0) this.#lookAgainMs = nowMs + BUSY_MS;
    return free;
  }

  /**
   * How long the oldest due wake-up has waited, and the oldest whose partition decides for its time, in milliseconds.
   * Only the second is late: the first may wait for what could still cancel it.
   */
  lateness(
    owned: Iterable<{ readonly partition: number }>,
    momentOf: MomentOf,
    nowMs: number,
  ): { readonly due_ms: number; readonly overdueMs: number } {
    let due_ms = 0;
    let overdueMs = 0;
    for (const { partition } of owned) {
      const next = this.#nextMs.get(partition);
      if (next === undefined || next > nowMs) continue;
      due_ms = Math.max(due_ms, nowMs - next);
      if (momentOf(partition) >= next) overdueMs = Math.max(overdueMs, nowMs - next);
    }
    return { due_ms, overdueMs };
  }

  // Everything due within the windows is in progress now, or its effects are, so the next is the earliest after them.
  async #refresh(windows: ReadonlyMap<number, DueWindow>): Promise<void> {
    const next = await this.#store.nextDue(
      new Map([...windows].map(([partition, { until_ms }]) => [partition, until_ms])),
    );
    for (const partition of windows.keys()) this.#set(partition, next.get(partition));
  }

  #set(partition: number, next: number | undefined): void {
    if (next === undefined) this.#nextMs.delete(partition);
    else this.#nextMs.set(partition, next);
  }
}
