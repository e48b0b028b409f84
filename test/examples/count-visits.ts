import { forward, type KeyedLogic, type Topology } from '@hilo/streaming';

export const TOPOLOGY: Topology = {
  stage: 'counter',
  sources: ['visits'],
  sinks: ['counts', 'counter.dead-letter'],
  deadLetter: 'counter.dead-letter',
};

interface Topics {
  readonly visits: { readonly at_ms: number };
}

interface Visits {
  readonly count: number;
  readonly endsMs: number;
  // What was published last: only what differs from it is published.
  readonly published: number;
}

// Counts the visits of each key, and begins anew a minute after the last one.
export const COUNT_VISITS: KeyedLogic<Visits, Topics> = {
  kind: 'keyed',
  codec: {
    encode: (state) => Buffer.from(JSON.stringify(state)),
    decode: (bytes) => JSON.parse(bytes.toString()) as Visits,
  },
  keyOf: ({ key }) => key ?? '',
  initial: () => ({ count: 0, endsMs: 0, published: 0 }),
  apply: (state, input, { momentMs }) => {
    const count = momentMs >= state.endsMs ? 0 : state.count;
    if (input.kind !== 'record') return { state: { ...state, count } };
    return { state: { ...state, count: count + 1, endsMs: input.value.at_ms + 60_000 } };
  },
  publish: (key, state) => ({
    state: { ...state, published: state.count },
    outcomes: state.count === state.published ? [] : [forward('counts', key, { count: state.count })],
    wakeAtMs: state.count === 0 ? null : state.endsMs,
  }),
};
