import type { StateCodec } from '@hilo/streaming';
import type { ProfileDeliveries } from './delivery.ts';

const VERSION = 1;

/** A profile's deliveries as JSON. Each layout that was ever written keeps its number here. */
export const deliveriesCodec: StateCodec<ProfileDeliveries> = {
  encode: (state) => Buffer.from(JSON.stringify({ v: VERSION, ...state })),
  decode: (bytes) => {
    const { v, ...state } = JSON.parse(bytes.toString('utf8')) as { v: number } & ProfileDeliveries;
    if (v !== VERSION) throw new Error(`a state of version ${v} was written by a newer release`);
    return state;
  },
};
