import { partitionOf } from '@hilo/streaming';
import { type Hit, isWaiting, type MemorySink, protocolOf, type Tally, type ToyState } from '@hilo/streaming/testing';
import { checkAbove, checkEqual } from './check.ts';
import type { DeadLetters } from './dead-letters.ts';
import { CODEC, PARTITIONS, type Upstream } from './toy-upstream.ts';
import { once } from './wire.ts';
import type { World } from './world.ts';

export function checkTables(world: World, sink: MemorySink, upstream: Upstream): void {
  const loaded = sink.rows('hits').map((row) => (row as Hit).id);
  checkEqual(loaded.sort(), [...upstream.hits.keys()].sort(), 'hits that were loaded');
  const names = (tallies: readonly object[]) => tallies.map((tally) => JSON.stringify(tally)).sort();
  checkEqual(names(sink.rows('tallies')), names(once<Tally>(world, 'tallies', CODEC)), 'tallies that were loaded');
}

function stateOf<S>(world: World, name: string, key: string): S | null {
  const body = world.database(name).states.get(`${partitionOf(key, PARTITIONS)}/${key}`)?.body ?? null;
  return body === null ? null : (JSON.parse(body.toString()) as S);
}

export function checkStates(world: World, upstream: Upstream): void {
  const expected = new Map<string, Record<string, number>>();
  for (const [id, { key }] of upstream.hits) {
    const survivor = upstream.survivorOf(key);
    expected.set(survivor, { ...expected.get(survivor), [id]: 1 });
  }
  for (const [key, hits] of expected) {
    const state = stateOf<ToyState>(world, 'toy', key);
    checkEqual(state?.hits, hits, `hits of ${key}`);
    checkEqual(state?.endsMs, [], `what is left to end of ${key}`);
  }
  for (const absorbed of upstream.survivors.keys())
    checkEqual(stateOf(world, 'toy', absorbed), null, `state of ${absorbed}`);
}

/** Keys that are held because of a bug. */
export function heldKeys(world: World): ReadonlySet<string> {
  const rows = [...world.database('toy').states.values()];
  return new Set(rows.flatMap(({ key, protocol }) => (protocol?.includes('"held"') === true ? [key] : [])));
}

/** Keys without waiting dead letters have all their hits, even if others are held. */
export function checkOthers(world: World, upstream: Upstream, deadLetters: DeadLetters): void {
  const kept = new Set(deadLetters.waiting().map(({ key }) => upstream.survivorOf(String(key))));
  for (const [id, { key }] of upstream.hits) {
    const survivor = upstream.survivorOf(key);
    if (kept.has(survivor)) continue;
    checkEqual(stateOf<ToyState>(world, 'toy', survivor)?.hits[id], 1, `${id} of ${key}, now ${survivor}`);
  }
}

export function checkTallies(world: World, upstream: Upstream): void {
  const received = new ReceivedHits(world);
  const byKey = Object.groupBy(once<Tally>(world, 'tallies', CODEC), ({ key }) => key);
  const farewells = new Map(
    Object.values(byKey).flatMap((tallies = []) =>
      tallies.filter(({ cause }) => cause === 'farewell').map((tally) => [tally.key, tally.hits] as const),
    ),
  );
  for (const [key, tallies = []] of Object.entries(byKey)) {
    const said = tallies.filter(({ cause }) => cause !== 'farewell');
    const versions = said.map(({ version }) => version);
    checkEqual(
      versions,
      said.map((_, index) => index + 1),
      `versions of ${key}`,
    );
    for (const tally of said) checkWhole(tally, farewells, upstream);
    const left = farewells.has(key);
    checkEqual(tallies.length - said.length, upstream.survivors.has(key) ? 1 : 0, `farewells of ${key}`);
    if (left) checkEqual(tallies.at(-1)?.cause, 'farewell', `the last of ${key}`);
    else checkLast(world, key, said.at(-1), upstream);
    for (const [index, tally] of said.entries()) checkTime(received, tally, said[index - 1], upstream);
    checkEqual(stateOf<number[]>(world, 'reader', key), versions, `what was read of ${key}`);
  }
}

/** A key that knows of a merge publishes nothing without what was absorbed. */
function checkWhole(tally: Tally, farewells: ReadonlyMap<string, Tally['hits']>, upstream: Upstream): void {
  for (const id of Object.keys(tally.hits)) {
    const absorbed = upstream.named.get(id);
    const brought = Object.keys((absorbed === undefined ? undefined : farewells.get(absorbed)) ?? {});
    const missing = brought.filter((one) => tally.hits[one] === undefined);
    checkEqual(
      missing,
      [],
      `hits of ${absorbed} missing in version ${tally.version} of ${tally.key}, which knows of the merge`,
    );
  }
}

function checkLast(world: World, key: string, last: Tally | undefined, upstream: Upstream): void {
  const state = stateOf<ToyState>(world, 'toy', key);
  checkEqual(last?.hits, state?.hits, `last of ${key}`);
  checkEqual(last?.live, state?.lasting, `live of ${key}`);
  checkEqual(last?.big, (state?.lasting ?? 0) >= upstream.bar, `size of ${key}`);
}

/** What the log got, and when, by key. */
class ReceivedHits {
  readonly #hits: ReadonlyMap<string, readonly { readonly id: string; readonly at_ms: number }[]>;
  readonly #absorbedMs: ReadonlyMap<string, number>;

  constructor(world: World) {
    const hits = world.log.all('hits').map(({ key, value, timestamp_ms }) => {
      const { id } = JSON.parse(String(value)) as Hit;
      return { key: String(key), id, at_ms: timestamp_ms };
    });
    this.#hits = Map.groupBy(hits, ({ key }) => key);
    const notices = world.log.all('merges').map(({ key, timestamp_ms }) => [String(key), timestamp_ms] as const);
    this.#absorbedMs = new Map(notices.reverse());
  }

  /** Hits of a key before this time. */
  before(timeMs: number, key: string): readonly string[] {
    return (this.#hits.get(key) ?? []).flatMap(({ id, at_ms }) => (at_ms < timeMs ? [id] : []));
  }

  /** When the key's partition learned that another absorbed it: what comes for it long after may count late. */
  absorbedAt(key: string): number {
    return this.#absorbedMs.get(key) ?? Infinity;
  }
}

/** The key, and those that an earlier record named as absorbed by it, and by those. */
function keysKnownBy(hits: ReceivedHits, survivor: string, timeMs: number, upstream: Upstream): ReadonlySet<string> {
  const named = hits.before(timeMs, survivor).flatMap((id) => upstream.named.get(id) ?? []);
  return new Set([survivor, ...named.flatMap((key) => [...keysKnownBy(hits, key, timeMs, upstream)])]);
}

/** Nothing ends early, and nothing ends by time while records from before that time are unread. */
function checkTime(received: ReceivedHits, tally: Tally, before: Tally | undefined, upstream: Upstream): void {
  const endsOf = (hits: Tally['hits']) =>
    Object.entries(hits).flatMap(([id, count]) =>
      Array<number>(count).fill(upstream.hits.get(id)?.until_ms ?? Infinity),
    );
  const live = endsOf(tally.hits).filter((end) => end > tally.at_ms).length;
  // An absorbed key may come from a partition that was ahead, and leave behind what had ended there.
  const merged = [...upstream.survivors].some((pair) => pair.includes(tally.key));
  if (!merged) checkEqual(tally.live, live, `live of ${tally.key} in version ${tally.version}`);
  if (before === undefined) return;
  const ended = endsOf(before.hits).filter((end) => end > before.at_ms && end <= tally.at_ms);
  if (ended.length === 0) return;
  const first = Math.min(...ended);
  const unread = [...keysKnownBy(received, tally.key, first, upstream)]
    .flatMap((key) => received.before(key === tally.key ? first : Math.min(first, received.absorbedAt(key)), key))
    .filter((id) => tally.hits[id] === undefined);
  checkEqual(unread, [], `unread hits of ${tally.key} when version ${tally.version} let one end`);
}

function isWaitingFor(world: World, key: string): boolean {
  const row = world.database('toy').states.get(`${partitionOf(key, PARTITIONS)}/${key}`);
  return isWaiting(protocolOf(row?.protocol ?? null).awaiting);
}

/**
 * After stores lost commits and were repaired, nothing is lost, and nothing counts twice except what was merged
 * meanwhile. The last publication is the truth, and was read in the log's order.
 */
export function checkAfterLapses(world: World, upstream: Upstream): void {
  const merged = new Set([...upstream.survivors].flat());
  for (const [id, { key }] of upstream.hits) {
    const count = stateOf<ToyState>(world, 'toy', upstream.survivorOf(key))?.hits[id] ?? 0;
    if (merged.has(key)) checkAbove(count, 0, `${id} of ${key}`);
    else checkEqual(count, 1, `${id} of ${key}`);
  }
  for (const absorbed of upstream.survivors.keys())
    checkEqual(stateOf(world, 'toy', absorbed), null, `state of ${absorbed}`);
  const byKey = Object.groupBy(once<Tally>(world, 'tallies', CODEC), ({ key }) => key);
  for (const [key, tallies = []] of Object.entries(byKey)) {
    const said = tallies.filter(({ cause }) => cause !== 'farewell');
    const versions = said.map(({ version }) => version);
    checkEqual(stateOf<number[]>(world, 'reader', key), versions, `what was read of ${key}`);
    if (upstream.survivors.has(key)) continue;
    // A merge that was named twice, by a record that was forwarded twice, waits for a handover that came once (ADR 36).
    if (merged.has(key) && isWaitingFor(world, key)) continue;
    // What only counts twice changes nothing that is published.
    const hits = Object.keys(stateOf<ToyState>(world, 'toy', key)?.hits ?? {});
    checkEqual(Object.keys(said.at(-1)?.hits ?? {}).sort(), hits.sort(), `last of ${key}`);
  }
}
