import type { KeyedInput, StateCodec } from '@hilo/streaming';
import { TOY_LOGIC, type ToyState, type ToyTopics } from '@hilo/streaming/testing';
import type { Met } from './scenario.ts';

/** Where a release of the toy has bugs. Its own hit for a key triggers each. */
export const PLACES = ['apply', 'publish', 'wake', 'sweep', 'handover', 'farewell', 'encode', 'decode'] as const;
type Place = (typeof PLACES)[number];

/** One of this many hits triggers a bug. */
const RARITY = 11;

/**
 * A release of the toy with bugs in everything that it does, until they are fixed. The seed decides which hits trigger
 * them.
 */
export class Bugs {
  isMended = false;
  /** How often each place's bugs were met. */
  readonly #met = new Map<Place, number>();
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  get logic(): typeof TOY_LOGIC {
    const { merge } = TOY_LOGIC;
    if (merge === undefined) throw new Error('the toy merges');
    const codec: StateCodec<ToyState> = {
      encode: (state) => {
        this.#meet('encode', state);
        return TOY_LOGIC.codec.encode(state);
      },
      decode: (bytes) => {
        const state = TOY_LOGIC.codec.decode(bytes);
        this.#meet('decode', state);
        return state;
      },
    };
    return {
      ...TOY_LOGIC,
      codec,
      apply: (state, input, at, bar) => {
        const applied = TOY_LOGIC.apply(state, input, at, bar);
        const place = placeOf(input);
        // A hit with a bug in the fold triggers it when it is folded itself, not when others are.
        if (place !== 'apply') this.#meet(place, applied.state);
        else if (input.kind === 'record' && 'id' in input.value) this.#meetAt('apply', input.value.id);
        return applied;
      },
      publish: (key, state, ...rest) => {
        this.#meet('publish', state);
        return TOY_LOGIC.publish(key, state, ...rest);
      },
      merge: {
        ...merge,
        farewell: (key, state, ...rest) => {
          this.#meet('farewell', state);
          return merge.farewell(key, state, ...rest);
        },
      },
    };
  }

  /** How often the bugs were met, by their places. */
  met(): Met {
    return Object.fromEntries(this.#met);
  }

  #meet(place: Place, state: ToyState): void {
    if (!this.isMended) for (const id of Object.keys(state.hits)) this.#meetAt(place, id);
  }

  #meetAt(place: Place, id: string): void {
    const number = Number(id.slice(1)) + this.#seed;
    if (this.isMended || number % RARITY !== 0 || PLACES[(number / RARITY + this.#seed) % PLACES.length] !== place)
      return;
    this.#met.set(place, (this.#met.get(place) ?? 0) + 1);
    throw new TypeError(`${place} has a bug`);
  }
}

function placeOf({ kind }: KeyedInput<ToyTopics>): Place {
  return kind === 'wake' || kind === 'sweep' || kind === 'handover' ? kind : 'apply';
}
