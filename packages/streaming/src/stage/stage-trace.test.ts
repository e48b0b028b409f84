import { beforeEach, describe, expect, it } from 'vitest';
import type { LoaderLogic } from '../language/loader-logic.ts';
import type { KeyedLogic } from '../language/logic.ts';
import { TransientFaultError } from '../ports/retry.ts';
import type { Step, Tracer } from '../read/tracer.ts';
import { JsonCodec } from '../testing/json-codec.ts';
import { loaderOf, MemorySink } from '../testing/loader-instance.ts';
import { MemoryLog } from '../testing/memory-log.ts';
import { MemoryDatabase } from '../testing/memory-stage-store.ts';
import { StageDriver } from '../testing/stage-driver.ts';
import { TOY_LOGIC, TOY_TOPOLOGY, type ToyTopics } from '../testing/toy-stage.ts';
import { TurnedClock } from '../testing/turned-clock.ts';

const START_MS = 1_700_000_000_000;
const SAMPLED = 'sampled';

interface EndedSpan {
  readonly step: Step;
  readonly failure: string | undefined;
}

describe('a traced stage', () => {
  let ended: EndedSpan[];
  let tracer: Tracer;

  beforeEach(() => {
    ended = [];
    tracer = {
      begin: (step) =>
        step.parent === SAMPLED
          ? { traceparent: `after ${step.name}`, end: (failure) => ended.push({ step, failure }) }
          : null,
    };
  });

  function toy() {
    const codec = new JsonCodec();
    return new StageDriver({ topology: TOY_TOPOLOGY, logic: TOY_LOGIC, startMs: START_MS, codec, tracer });
  }

  it('passes the trace of an input on to its outputs, and records the input once it is committed', async () => {
    const driver = toy();
    driver.pipe('hits', 'a', { id: '1' }, 0, { traceparent: SAMPLED });
    driver.pipe('hits', 'b', { id: '2' }, 0);
    driver.pipe('hits', 'c', { id: '3' }, 0, { traceparent: 'not sampled' });
    await driver.run();
    expect(driver.headers('tallies').map(({ traceparent }) => traceparent)).toEqual([
      'after toy hits',
      undefined,
      undefined,
    ]);
    expect(ended).toEqual([
      {
        step: {
          name: 'toy hits',
          kind: 'consumer',
          parent: SAMPLED,
          startMs: START_MS,
          attributes: expect.objectContaining({ 'messaging.destination.name': 'hits', 'messaging.kafka.offset': 0 }),
        },
        failure: undefined,
      },
    ]);
  });

  it('says why an input became a dead letter', async () => {
    const driver = toy();
    driver.pipeBytes('hits', 'a', Buffer.from('{'), 0, { traceparent: SAMPLED });
    await driver.run();
    expect(driver.outputs('toy.dead-letter')).toHaveLength(1);
    expect(ended.map(({ failure }) => failure)).toEqual([expect.stringMatching(/./)]);
  });

  it('hands the trace to the effects that the input asked for', async () => {
    const traces: (string | undefined)[] = [];
    const caller: KeyedLogic<string, Pick<ToyTopics, 'hits'>> = {
      kind: 'keyed',
      codec: { encode: (state) => Buffer.from(state), decode: (bytes) => bytes.toString() },
      keyOf: ({ key }) => key,
      initial: () => '',
      apply: (state, input) => ({ state: input.kind === 'record' ? input.value.id : state }),
      publish: (_key, state, cause) => ({
        state,
        outcomes: [],
        wakeAtMs: null,
        effects: cause.kind === 'record' ? [{ id: state, payload: null }] : [],
      }),
    };
    const driver = new StageDriver({
      topology: TOY_TOPOLOGY,
      logic: caller,
      startMs: START_MS,
      codec: new JsonCodec(),
      tracer,
      effector: {
        perform: (_effect, traceparent) => {
          traces.push(traceparent);
          return Promise.resolve('ok');
        },
      },
    });
    driver.pipe('hits', 'a', { id: '1' }, 0, { traceparent: SAMPLED });
    driver.pipe('hits', 'b', { id: '2' }, 0);
    await driver.run();
    expect(traces).toEqual(['after toy hits', undefined]);
  });

  it('records once what a loader inserted, also where the sink was unavailable for a while', async () => {
    const clock = new TurnedClock(START_MS);
    const log = new MemoryLog(2, clock);
    const codec = new JsonCodec();
    const logic: LoaderLogic<ToyTopics> = {
      kind: 'loader',
      rows: ({ topic, value }) => [{ table: topic, row: value }],
    };
    const sink = new MemorySink();
    let inserts = 0;
    const loader = loaderOf({
      ...{ topology: { stage: 'load', sources: ['hits'], sinks: [], deadLetter: 'load.dead-letter' }, logic },
      ...{ log, database: new MemoryDatabase(), clock, owner: 'one', tracer },
      sink: {
        holds: async () => false,
        insert: async (table, rows, token) => {
          inserts += 1;
          if (inserts === 2) throw new TransientFaultError('away');
          await sink.insert(table, rows, token);
        },
      },
    });
    await loader.runtime.start();
    loader.consumer.assign([0, 1]);
    for (const partition of [0, 1]) {
      const value = codec.encode('hits', { id: String(partition) });
      log.append({ topic: 'hits', partition, key: null, value, headers: { traceparent: SAMPLED } });
    }
    for (let step = 0; step < 6; step += 1) {
      clock.turn(500);
      await loader.runtime.step(0);
    }
    expect(sink.rows('hits')).toHaveLength(2);
    expect(inserts).toBe(4);
    expect(ended.map(({ step }) => step.attributes['messaging.destination.partition.id'])).toEqual(['0', '1']);
  });
});

it('a stage without a tracer reads no trace and passes none on', async () => {
  const driver = new StageDriver({
    topology: TOY_TOPOLOGY,
    logic: TOY_LOGIC,
    startMs: START_MS,
    codec: new JsonCodec(),
  });
  driver.pipe('hits', 'a', { id: '1' }, 0, { traceparent: SAMPLED });
  await driver.run();
  expect(driver.headers('tallies').map(({ traceparent }) => traceparent)).toEqual([undefined]);
});
