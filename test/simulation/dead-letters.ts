import type { Topology } from '@hilo/streaming';
import type { RawRecord } from '@hilo/streaming/testing';
import type { World } from './world.ts';

/** The dead letters of a stage, and an operator who replays them. */
export class DeadLetters {
  readonly #world: World;
  readonly #topic: string;
  readonly #replay: string;
  readonly #replayed = new Set<string>();

  constructor(world: World, { deadLetter, replay }: Topology) {
    if (replay === undefined) throw new Error('the stage takes no dead letters back');
    this.#world = world;
    this.#topic = deadLetter;
    this.#replay = replay;
  }

  /** Those that were not replayed, in order, each once even if it was sent twice. */
  waiting(): readonly RawRecord[] {
    const deadLetters = new Map(this.#world.log.all(this.#topic).map((deadLetter) => [nameOf(deadLetter), deadLetter]));
    return [...deadLetters].flatMap(([name, deadLetter]) => (this.#replayed.has(name) ? [] : [deadLetter]));
  }

  /** Replays all waiting ones, in order. */
  replayAll(): void {
    for (const deadLetter of this.waiting()) this.replay(deadLetter);
  }

  /** Replays some, in any order, and perhaps some that were replayed before. */
  replaySome(): void {
    const { log, random } = this.#world;
    for (const deadLetter of random.shuffled(log.all(this.#topic))) if (random.chance(0.3)) this.replay(deadLetter);
  }

  /** Replays a dead letter, perhaps again. */
  replay(deadLetter: RawRecord): void {
    const { partition, key, value, headers } = deadLetter;
    const texts = Object.entries(headers).map(([name, text]) => [name, String(text)] as const);
    this.#world.log.append({ topic: this.#replay, partition, key, value, headers: Object.fromEntries(texts) });
    this.#replayed.add(nameOf(deadLetter));
  }
}

function nameOf({ headers }: RawRecord): string {
  return `${String(headers['hilo-origin'])}#${String(headers['hilo-seq'])}`;
}
