import { expect } from 'vitest';
import { partitionOf } from '@hilo/streaming';
import { type Hit, isWaiting, type MemorySink, protocolOf, type Tally, type ToyState } from '@hilo/streaming/testing';
import type { Letters } from './letters.ts';
import { CODEC, PARTITIONS, type Upstream } from './toy-upstream.ts';
import { once } from './wire.ts';
import type { World } from './world.ts';

export function checkTables(world: World, sink: MemorySink, upstream: Upstream): void {
  expect(
    sink
      .rows('hits')
      .map((row) => (row as Hit).id)
      .sort(),
  ).toEqual([...upstream.hits.keys()].sort());
  const names = (tallies: readonly object[]) => tallies.map((tally) => JSON.stringify(tally)).sort();
  expect(names(sink.rows('tallies'))).toEqual(names(once<Tally>(world, 'tallies', CODEC)));
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
    expect(state?.hits, key).toEqual(hits);
    expect(state?.ends_ms, `${key} has nothing left to end`).toEqual([]);
  }
  for (const absorbed of upstream.survivors.keys()) expect(stateOf(world, 'toy', absorbed), absorbed).toBe(null);
}

/** Keys that are held because of a bug. */
export function heldKeys(world: World): ReadonlySet<string> {
  const rows = [...world.database('toy').states.values()];
  return new Set(rows.flatMap(({ key, protocol }) => (protocol?.includes('"held"') === true ? [key] : [])));
}

/** Keys without letters that wait have all their hits, though others are held. */
export function checkOthers(world: World, upstream: Upstream, letters: Letters): void {
  const kept = new Set(letters.waiting().map(({ key }) => upstream.survivorOf(String(key))));
  for (const [id, { key }] of upstream.hits) {
    const survivor = upstream.survivorOf(key);
    if (kept.has(survivor)) continue;
    expect(stateOf<ToyState>(world, 'toy', survivor)?.hits[id], `${id} of ${key}, now ${survivor}`).toBe(1);
  }
}

export function checkTallies(world: World, upstream: Upstream): void {
  const byKey = Object.groupBy(once<Tally>(world, 'tallies', CODEC), ({ key }) => key);
  const farewells = new Map(
    Object.values(byKey).flatMap((tallies = []) =>
      tallies.filter(({ cause }) => cause === 'farewell').map((tally) => [tally.key, tally.hits] as const),
    ),
  );
  for (const [key, tallies = []] of Object.entries(byKey)) {
    const said = tallies.filter(({ cause }) => cause !== 'farewell');
    expect(
      said.map(({ version }) => version),
      `versions of ${key}`,
    ).toEqual(said.map((_, index) => index + 1));
    for (const tally of said) checkWhole(tally, farewells, upstream);
    const left = farewells.has(key);
    expect(tallies.length - said.length, `farewells of ${key}`).toBe(upstream.survivors.has(key) ? 1 : 0);
    if (left) expect(tallies.at(-1)?.cause, `the last of ${key}`).toBe('farewell');
    else checkLast(world, key, said.at(-1), upstream);
    for (const [index, tally] of said.entries()) checkTime(world, tally, said[index - 1], upstream);
    expect(stateOf<number[]>(world, 'reader', key), `what was read of ${key}`).toEqual(said.map((one) => one.version));
  }
}

/** Whoever knows of a merge says nothing without what was absorbed. */
function checkWhole(tally: Tally, farewells: ReadonlyMap<string, Tally['hits']>, upstream: Upstream): void {
  for (const id of Object.keys(tally.hits)) {
    const absorbed = upstream.named.get(id);
    const brought = Object.keys((absorbed === undefined ? undefined : farewells.get(absorbed)) ?? {});
    const missing = brought.filter((one) => tally.hits[one] === undefined);
    expect(
      missing,
      `hits of ${absorbed} in version ${tally.version} of ${tally.key}, which knows of the merge`,
    ).toEqual([]);
  }
}

function checkLast(world: World, key: string, last: Tally | undefined, upstream: Upstream): void {
  const state = stateOf<ToyState>(world, 'toy', key);
  expect(last?.hits, `last of ${key}`).toEqual(state?.hits);
  expect(last?.live, `live of ${key}`).toBe(state?.lasting);
  expect(last?.big, `size of ${key}`).toBe((state?.lasting ?? 0) >= upstream.bar);
}

/** The key, and those that a record named before this time as absorbed by it, and by those. */
function keysKnownBy(world: World, survivor: string, before_ms: number, upstream: Upstream): ReadonlySet<string> {
  const named = world.log
    .read('hits', partitionOf(survivor, PARTITIONS))
    .filter(({ key, timestamp_ms }) => String(key) === survivor && timestamp_ms < before_ms)
    .flatMap(({ value }) => upstream.named.get((JSON.parse(String(value)) as Hit).id) ?? []);
  return new Set([survivor, ...named.flatMap((key) => [...keysKnownBy(world, key, before_ms, upstream)])]);
}

/** When the key's partition was told that another absorbed it: what comes for it long after may count late. */
function absorbedAt(world: World, absorbed: string): number {
  const notices = world.log.read('merges', partitionOf(absorbed, PARTITIONS));
  return notices.find(({ key }) => String(key) === absorbed)?.timestamp_ms ?? Infinity;
}

/** Nothing ends early, and nothing ends by time while records from before that time are unread. */
function checkTime(world: World, tally: Tally, before: Tally | undefined, upstream: Upstream): void {
  const endsOf = (hits: Tally['hits']) =>
    Object.entries(hits).flatMap(([id, count]) =>
      Array<number>(count).fill(upstream.hits.get(id)?.until_ms ?? Infinity),
    );
  const live = endsOf(tally.hits).filter((end) => end > tally.at_ms).length;
  // A key that was absorbed may come from a partition that was ahead, and leave behind what had ended there.
  const merged = [...upstream.survivors].some((pair) => pair.includes(tally.key));
  if (!merged) expect(tally.live, `live of ${tally.key} in version ${tally.version}`).toBe(live);
  if (before === undefined) return;
  const ended = endsOf(before.hits).filter((end) => end > before.at_ms && end <= tally.at_ms);
  const first = Math.min(...ended);
  const keys = keysKnownBy(world, tally.key, first, upstream);
  const unread = [...keys]
    .flatMap((key) => world.log.read('hits', partitionOf(key, PARTITIONS)))
    .filter(({ key, timestamp_ms }) => keys.has(String(key)) && timestamp_ms < first && ended.length > 0)
    .filter(({ key, timestamp_ms }) => String(key) === tally.key || timestamp_ms < absorbedAt(world, String(key)))
    .map(({ value }) => (JSON.parse(String(value)) as Hit).id)
    .filter((id) => tally.hits[id] === undefined);
  expect(unread, `unread hits of ${tally.key} when version ${tally.version} let one end`).toEqual([]);
}

function isWaitingFor(world: World, key: string): boolean {
  const row = world.database('toy').states.get(`${partitionOf(key, PARTITIONS)}/${key}`);
  return isWaiting(protocolOf(row?.protocol ?? null).awaiting);
}

/**
 * After stores lost commits and were repaired nothing is lost, and nothing counts twice but what was merged meanwhile. What is
 * said last is what is so, and was read in the order of the log.
 */
export function checkAfterLapses(world: World, upstream: Upstream): void {
  const merged = new Set([...upstream.survivors].flat());
  for (const [id, { key }] of upstream.hits) {
    const count = stateOf<ToyState>(world, 'toy', upstream.survivorOf(key))?.hits[id] ?? 0;
    if (merged.has(key)) expect(count, `${id} of ${key}`).toBeGreaterThan(0);
    else expect(count, `${id} of ${key}`).toBe(1);
  }
  for (const absorbed of upstream.survivors.keys()) expect(stateOf(world, 'toy', absorbed), absorbed).toBe(null);
  const byKey = Object.groupBy(once<Tally>(world, 'tallies', CODEC), ({ key }) => key);
  for (const [key, tallies = []] of Object.entries(byKey)) {
    const said = tallies.filter(({ cause }) => cause !== 'farewell');
    expect(stateOf<number[]>(world, 'reader', key), `what was read of ${key}`).toEqual(said.map((one) => one.version));
    if (upstream.survivors.has(key)) continue;
    // One that was named twice, by a record that was forwarded twice, waits for a hand-over that came once (ADR 36).
    if (merged.has(key) && isWaitingFor(world, key)) continue;
    // What only counts twice changes nothing that is said.
    const hits = Object.keys(stateOf<ToyState>(world, 'toy', key)?.hits ?? {});
    expect(Object.keys(said.at(-1)?.hits ?? {}).sort(), `last of ${key}`).toEqual(hits.sort());
  }
}
