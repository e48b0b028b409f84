import { partitionOf } from '@hilo/streaming';
import { type Hit, JsonCodec } from '@hilo/streaming/testing';
import type { World } from './world.ts';

/** How many partitions the topics of the toy have. */
export const PARTITIONS = 4;
export const CODEC = new JsonCodec();

/** Hits of a few keys, merges of keys that name each other before or after, a bar that moves. */
export class Upstream {
  readonly hits = new Map<string, { key: string; until_ms: number | undefined }>();
  readonly survivors = new Map<string, string>();
  /** Absorbed keys by the hit that named it. */
  readonly named = new Map<string, string>();
  bar = 1;
  readonly #world: World;
  readonly #keys = Array.from({ length: 20 }, (_, index) => `k${index}`);

  constructor(world: World) {
    this.#world = world;
  }

  survivorOf(key: string): string {
    const next = this.survivors.get(key);
    return next === undefined ? key : this.survivorOf(next);
  }

  act(): void {
    const { random } = this.#world;
    if (random.chance(0.05)) this.#moveBar(random.between(1, 3));
    else if (random.chance(0.06)) this.#merge();
    else this.#hit(random.pick(this.#keys), {});
  }

  #hit(key: string, more: Partial<Hit>): void {
    const { random, scheduler } = this.#world;
    const id = `h${this.hits.size}`;
    const until_ms = random.chance(0.6) ? scheduler.nowMs() + random.between(1, 30_000) : undefined;
    this.hits.set(id, { key, until_ms });
    for (const merge_id of more.merged ?? []) this.named.set(id, merge_id.slice(2));
    this.#append('hits', key, { id, ...(until_ms === undefined ? {} : { until_ms }), ...more });
  }

  /**
   * The notice to the absorbed key and the record that names it travel separately; hits for it may still come after.
   */
  #merge(): void {
    const { random, scheduler } = this.#world;
    const [survivor, absorbed] = random.shuffled(this.#keys.filter((key) => !this.survivors.has(key)));
    if (survivor === undefined || absorbed === undefined) return;
    this.survivors.set(absorbed, survivor);
    const merge_id = `m-${absorbed}`;
    scheduler.later(3_000, () => this.#append('merges', absorbed, { merge_id, survivor }));
    scheduler.later(3_000, () => this.#hit(survivor, { merged: [merge_id] }));
  }

  /** Moves the bar several times in a row, so that a move meets the sweep of the previous one. */
  #moveBar(times: number): void {
    const { random, scheduler } = this.#world;
    if (times > 1) scheduler.later(300, () => this.#moveBar(times - 1));
    this.bar = random.between(1, 4);
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      this.#append('bars', 'bar', { least: this.bar }, partition);
    }
  }

  #append(topic: string, key: string, value: object, partition = partitionOf(key, PARTITIONS)): void {
    const bytes = CODEC.encode(topic, value);
    this.#world.log.append({ topic, partition, key: Buffer.from(key), value: bytes, headers: {} });
  }
}

/** The stages and their upstream live through everything that can happen to them, until nothing is left to do. */
export async function live(world: World, meanwhile: () => void = () => undefined): Promise<Upstream> {
  const upstream = new Upstream(world);
  for (let turn = 0; turn < 4_000; turn += 1) {
    if (world.random.chance(0.04)) upstream.act();
    meanwhile();
    await world.chaos();
  }
  await world.settle();
  world.scheduler.pass(60_000);
  await world.settle();
  return upstream;
}
