import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyedLogic } from '../language/logic.ts';
import { forward } from '../language/outcome.ts';
import type { DecodeResult } from '../ports/codec.ts';
import { type Instance, instanceOf } from '../testing/instance.ts';
import { JsonCodec } from '../testing/json-codec.ts';
import { loaderOf, MemorySink } from '../testing/loader-instance.ts';
import { MemoryLog } from '../testing/memory-log.ts';
import { MemoryDatabase } from '../testing/memory-stage-store.ts';
import { TurnedClock } from '../testing/turned-clock.ts';

/** Only Hilo writes to the first; producers write to the second. */
const INTERNAL = 'events.identified';
const OPEN = 'events.received';
const DEAD_LETTERS = 'toy.dead-letter';
const TOPOLOGY = { stage: 'toy', sources: [INTERNAL, OPEN], sinks: ['told'], deadLetter: DEAD_LETTERS };

interface Event {
  readonly id: string;
  readonly until_ms?: number;
}

/** Can't read what begins with a question mark until it is mended, as with a registry that lost its data. */
class BehindCodec extends JsonCodec {
  isMended = false;

  override decode(topic: string, bytes: Buffer): DecodeResult {
    if (bytes[0] !== '?'.charCodeAt(0)) return super.decode(topic, bytes);
    if (this.isMended) return super.decode(topic, bytes.subarray(1));
    return { ok: false, reason: 'unknown_schema', message: 'Not yet.' };
  }
}

/** Publishes each event, and by a timer that its time is over. */
const LOGIC: KeyedLogic<readonly number[], Record<typeof INTERNAL | typeof OPEN, Event>> = {
  kind: 'keyed',
  codec: { encode: (state) => Buffer.from(JSON.stringify(state)), decode: (bytes) => JSON.parse(bytes.toString()) },
  keyOf: ({ key }) => key,
  initial: () => [],
  apply: (ends, input, at) => ({
    state: [...ends, ...(input.kind === 'record' ? [input.value.until_ms ?? Infinity] : [])].filter(
      (end) => end > at.nowMs && end < Infinity,
    ),
  }),
  publish: (key, state, cause) => ({
    state,
    outcomes: [forward('told', key, { id: cause.kind === 'record' ? cause.value.id : cause.kind })],
    wakeAtMs: state[0] ?? null,
  }),
};

describe('a record that cannot be read', () => {
  let clock: TurnedClock;
  let log: MemoryLog;
  let database: MemoryDatabase;
  let codec: BehindCodec;

  beforeEach(() => {
    clock = new TurnedClock(1_000_000);
    log = new MemoryLog(2, clock);
    database = new MemoryDatabase();
    codec = new BehindCodec();
  });

  async function started(owner: string): Promise<Instance> {
    const instance = instanceOf({ topology: TOPOLOGY, logic: LOGIC, log, database, clock, owner, codec });
    await instance.runtime.start();
    instance.consumer.assign([0, 1]);
    return instance;
  }

  async function steps({ runtime }: { readonly runtime: { step(waitMs: number): Promise<void> } }): Promise<void> {
    for (let step = 0; step < 5; step += 1) await runtime.step(0);
  }

  function put(topic: string, partition: number, text: string, key = 'k'): void {
    log.append({ topic, partition, key: Buffer.from(key), value: Buffer.from(text), headers: {} });
  }

  const outputs = (partition: number) =>
    log
      .all('told')
      .filter(({ headers }) => String(headers['hilo-origin']).startsWith(`toy/${partition}/`))
      .map(({ value }) => (JSON.parse(String(value)) as Event).id);
  const deadLetters = () =>
    log
      .all(DEAD_LETTERS)
      .map(({ headers }) => `${String(headers['hilo-reason'])} ${String(headers['hilo-source-topic'])}`);

  it('holds its partition where only Hilo writes to the topic, until it can be read: nothing is lost or set aside', async () => {
    for (const id of ['1', '2']) put(INTERNAL, 0, `{"id":"${id}"}`);
    put(INTERNAL, 0, '?{"id":"3"}');
    put(INTERNAL, 0, '{"id":"4"}');
    put(INTERNAL, 1, '{"id":"5"}');
    const one = await started('one');
    await steps(one);
    put(OPEN, 0, '{"id":"6"}');
    clock.turn(60_000);
    await steps(one);
    expect([outputs(0), outputs(1)]).toEqual([['1', '2'], ['5']]);
    expect(one.runtime.progress()).toMatchObject([{ hasInput: true }, { hasInput: false }]);
    codec.isMended = true;
    clock.turn(6_000);
    await steps(one);
    expect([outputs(0), deadLetters()]).toEqual([['1', '2', '3', '4', '6'], []]);
    expect(one.runtime.progress()).toMatchObject([{ hasInput: false }, { hasInput: false }]);
  });

  it('lets no timer of its partition fire', async () => {
    put(INTERNAL, 0, `{"id":"1","until_ms":${clock.nowMs() + 1_000}}`);
    const one = await started('one');
    await steps(one);
    put(INTERNAL, 0, '?{"id":"2"}');
    await steps(one);
    for (let turn = 0; turn < 10; turn += 1) {
      clock.turn(1_000);
      await steps(one);
    }
    expect(outputs(0)).toEqual(['1']);
    codec.isMended = true;
    clock.turn(6_000);
    await steps(one);
    expect(outputs(0)).toEqual(['1', '2', 'wake']);
  });

  it('goes to the dead letter where anybody may write to the topic', async () => {
    for (const text of ['{"id":"1"}', '?{"id":"2"}', 'none', '{"id":"3"}']) put(OPEN, 0, text);
    await steps(await started('one'));
    expect([outputs(0), deadLetters()]).toEqual([
      ['1', '3'],
      [`unknown_schema ${OPEN}`, `undecodable ${OPEN}`],
    ]);
  });

  it('goes to the dead letter where somebody decided so', async () => {
    for (const text of ['{"id":"1"}', 'none', '{"id":"2"}', 'none', '{"id":"3"}']) put(INTERNAL, 0, text);
    const one = await started('one');
    await steps(one);
    await one.runtime.close();
    const stored = database.partitions.get(0);
    if (stored === undefined) throw new Error('no checkpoint');
    stored.checkpoint = { ...stored.checkpoint, set_aside: { [INTERNAL]: [1] } };
    await steps(await started('two'));
    expect([outputs(0), deadLetters()]).toEqual([['1', '2'], [`undecodable ${INTERNAL}`]]);
  });

  it('holds its partition of a loader, and others are loaded', async () => {
    const sink = new MemorySink();
    const topics = [INTERNAL, OPEN];
    const { runtime, consumer } = loaderOf<Record<typeof INTERNAL | typeof OPEN, Event>>({
      topology: { stage: 'loader', sources: topics, sinks: [], deadLetter: 'loader.dead-letter' },
      logic: { kind: 'loader', rows: ({ value }) => [{ table: 'events', row: value }] },
      ...{ log, database, clock, owner: 'loader', sink, codec },
      limits: { lingerMs: 10, lingerMaxMs: 10, flushRecords: 100, flushBytes: 100_000, pollMs: 0 },
    });
    await runtime.start();
    consumer.assign([0, 1]);
    put(INTERNAL, 0, '{"id":"1"}');
    put(INTERNAL, 0, '?{"id":"2"}');
    put(INTERNAL, 1, '{"id":"3"}');
    put(OPEN, 1, '?{"id":"4"}');
    const rows = () => sink.rows('events').map((row) => (row as Event).id);
    for (let turn = 0; turn < 8; turn += 1) {
      clock.turn(1_000);
      await steps({ runtime });
    }
    put(INTERNAL, 1, '{"id":"5"}');
    put(INTERNAL, 0, '{"id":"6"}');
    for (let turn = 0; turn < 2; turn += 1) {
      await steps({ runtime });
      clock.turn(1_000);
    }
    expect(rows()).toEqual(['3', '5']);
    codec.isMended = true;
    for (let turn = 0; turn < 8; turn += 1) {
      clock.turn(1_000);
      await steps({ runtime });
    }
    expect(rows()).toEqual(['3', '5', '1', '2', '6']);
    expect(log.all('loader.dead-letter').map(({ headers }) => String(headers['hilo-source-topic']))).toEqual([OPEN]);
  });
});
