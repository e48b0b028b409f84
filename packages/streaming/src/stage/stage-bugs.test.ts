import { beforeEach, describe, expect, it } from 'vitest';
import { protocolOf } from '../fold/key-row.ts';
import type { BatchLogic, KeyedInput, KeyedLogic } from '../language/logic.ts';
import { drop, forward } from '../language/outcome.ts';
import { instanceOf } from '../testing/instance.ts';
import { JsonCodec } from '../testing/json-codec.ts';
import { MemoryLog } from '../testing/memory-log.ts';
import { MemoryDatabase } from '../testing/memory-stage-store.ts';
import { StageDriver } from '../testing/stage-driver.ts';
import { type Bar, type Tally, TOY_LOGIC, TOY_TOPOLOGY, type ToyState, type ToyTopics } from '../testing/toy-stage.ts';
import { TurnedClock } from '../testing/turned-clock.ts';

const START_MS = 1_700_000_000_000;
const SET_ASIDE = 'toy.dead-letter';

/** Which inputs the logic has a bug for. */
let hasBug: (input: KeyedInput<ToyTopics>, state: ToyState) => boolean;
let driver: StageDriver<never, ToyTopics, ToyState, Bar>;

const BUGGY: KeyedLogic<ToyState, ToyTopics, Bar> = {
  ...TOY_LOGIC,
  apply: (state, input, at, bar) => {
    if (hasBug(input, state)) throw new TypeError('somebody@example.com is not a function');
    return TOY_LOGIC.apply(state, input, at, bar);
  },
};
const isHit = (id: string) => (input: KeyedInput<ToyTopics>) =>
  input.kind === 'record' && input.topic === 'hits' && 'id' in input.value && input.value.id === id;
const NO_BUG = () => false;

beforeEach(() => {
  hasBug = NO_BUG;
  driver = new StageDriver({
    topology: TOY_TOPOLOGY,
    logic: BUGGY,
    startMs: START_MS,
    partitions: 1,
    codec: new JsonCodec(),
  });
});

const tallies = () => driver.outputs('tallies').map(({ value }) => value as Tally);
const lastOf = (key: string) => tallies().findLast((tally) => tally.key === key);
/** Each dead letter once: what was sent before a crash is sent again after it. */
const deadLetters = () => [
  ...new Map(
    driver
      .headers(SET_ASIDE)
      .map((headers) => [headers['hilo-seq'], `${headers['hilo-reason']} ${headers['hilo-source-offset']}`]),
  ).values(),
];

function replay(...indexes: readonly number[]): void {
  for (const index of indexes) {
    const found = driver.outputs(SET_ASIDE)[index];
    if (found === undefined) throw new Error(`there is no dead letter ${index}`);
    driver.pipeBytes('toy.replay', found.key ?? '', found.value as Buffer, 0, driver.headers(SET_ASIDE)[index] ?? {});
  }
}

describe('a record that meets a bug', () => {
  it('is set aside alone, wherever it is in its batch, and the rest of the batch is folded', async () => {
    for (let place = 0; place < 9; place += 1) {
      hasBug = isHit(`${place}/${place}`);
      for (let index = 0; index < 9; index += 1) driver.pipe('hits', `k${index}`, { id: `${place}/${index}` });
      await driver.run();
      expect(driver.headers(SET_ASIDE)).toHaveLength(place + 1 + (place * (place + 1)) / 2);
      hasBug = NO_BUG;
    }
    expect(Object.keys(lastOf('k8')?.hits ?? {})).toHaveLength(8);
  });

  it('says what and where the bug is, and not what a person sent', async () => {
    hasBug = isHit('1');
    driver.pipe('hits', 'a', { id: '1' });
    await driver.run();
    expect(driver.headers(SET_ASIDE)).toMatchObject([{ 'hilo-reason': 'bug', 'hilo-processed': 'none' }]);
    expect(driver.headers(SET_ASIDE)[0]?.['hilo-message']).toMatch(/^TypeError in stage-bugs\.test\.ts:\d+$/);
  });

  it('is followed by the later records of its key, across a crash, and by those of no other key', async () => {
    hasBug = isHit('1');
    driver.pipe('hits', 'a', { id: '0' });
    for (const id of ['1', '2']) driver.pipe('hits', 'a', { id });
    driver.pipe('hits', 'b', { id: '3' });
    await driver.run();
    driver.crash();
    hasBug = NO_BUG;
    driver.pipe('hits', 'a', { id: '4' });
    driver.pipe('hits', 'b', { id: '5' });
    await driver.run();
    expect(deadLetters()).toEqual(['bug 1', 'key_held 2', 'key_held 4']);
    expect(lastOf('a')?.hits).toEqual({ 0: 1 });
    expect(lastOf('b')?.hits).toEqual({ 3: 1, 5: 1 });
  });

  it('fires no timer of its key until its dead letters are replayed: what they bring may be what cancels it', async () => {
    driver.pipe('hits', 'a', { id: '0', until_ms: START_MS + 60_000 });
    await driver.run();
    hasBug = isHit('1');
    driver.pipe('hits', 'a', { id: '1', until_ms: START_MS + 900_000 });
    driver.pipe('hits', 'a', { id: '2', until_ms: START_MS + 900_000 });
    await driver.run();
    hasBug = NO_BUG;
    await driver.advance(3 * 60_000);
    expect(tallies().map(({ live }) => live)).toEqual([1]);
    replay(0, 1);
    await driver.run();
    expect(tallies().map(({ live, version }) => [live, version])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    await driver.advance(900_000);
    expect(lastOf('a')).toMatchObject({ live: 0, cause: 'wake' });
  });

  it('is replayed before those that followed it; until the last of them is, the key says nothing, and later ones follow', async () => {
    hasBug = isHit('1');
    for (const id of ['1', '2', '3']) driver.pipe('hits', 'a', { id });
    await driver.run();
    hasBug = NO_BUG;
    replay(1);
    await driver.run();
    expect(deadLetters()).toEqual(['bug 0', 'key_held 1', 'key_held 2', 'key_held 1']);
    replay(0, 3);
    driver.pipe('hits', 'a', { id: '4' });
    await driver.run();
    expect(deadLetters().at(-1)).toBe('key_held 3');
    expect(tallies()).toEqual([]);
    replay(2, 4);
    await driver.run();
    expect(tallies()).toMatchObject([{ key: 'a', version: 1, hits: { 1: 1, 2: 1, 3: 1, 4: 1 } }]);
    driver.pipe('hits', 'a', { id: '5' });
    await driver.run();
    expect(deadLetters()).toHaveLength(5);
    expect(lastOf('a')).toMatchObject({ version: 2, live: 5 });
  });

  it('comes back, and all that followed it, in order, when it is replayed before the bug is mended', async () => {
    hasBug = isHit('1');
    for (const id of ['1', '2']) driver.pipe('hits', 'a', { id });
    await driver.run();
    replay(0, 1);
    await driver.run();
    expect(deadLetters().slice(2)).toEqual(['bug 0', 'key_held 1']);
    hasBug = NO_BUG;
    replay(2, 3);
    await driver.run();
    expect(lastOf('a')).toMatchObject({ version: 1, hits: { 1: 1, 2: 1 } });
  });

  it('holds its key alone where it is a notice of a merge or a handover', async () => {
    hasBug = (input) => input.kind === 'handover';
    driver.pipe('hits', 'a', { id: '1' });
    driver.pipe('hits', 'b', { id: '2' });
    driver.pipe('hits', 'c', { id: '3' });
    await driver.run();
    driver.pipe('merges', 'a', { merge_id: 'm', survivor: 'b' });
    await driver.run();
    driver.pipe('hits', 'a', { id: '4' });
    driver.pipe('hits', 'b', { id: '5' });
    driver.pipe('hits', 'c', { id: '6' });
    await driver.run();
    expect(driver.headers(SET_ASIDE).map((headers) => headers['hilo-source-topic'])).toEqual([
      'toy.handover',
      'hits',
      'toy.handover',
    ]);
    expect(lastOf('c')?.live).toBe(2);
    hasBug = NO_BUG;
    replay(0, 1, 2);
    await driver.run();
    expect(lastOf('b')?.hits).toEqual({ 1: 1, 2: 1, 4: 1, 5: 1 });
  });
});

describe('a dead letter that is replayed', () => {
  it('and meets the bug again holds its key, also where that was held no more', async () => {
    let isLost = true;
    const keyOf: typeof TOY_LOGIC.keyOf = (input) => {
      if (isLost && input.topic === 'hits') throw new Error('no key');
      return TOY_LOGIC.keyOf(input);
    };
    const options = { topology: TOY_TOPOLOGY, startMs: START_MS, partitions: 1, codec: new JsonCodec() };
    driver = new StageDriver({ ...options, logic: { ...BUGGY, keyOf } });
    driver.pipe('hits', 'a', { id: '1' });
    await driver.run();
    isLost = false;
    hasBug = isHit('1');
    replay(0);
    await driver.run();
    expect(deadLetters()).toEqual(['bug 0', 'bug 0']);
    hasBug = NO_BUG;
    driver.pipe('hits', 'a', { id: '2' });
    await driver.advance(120_000);
    expect(deadLetters().at(-1)).toBe('key_held 1');
    expect(tallies()).toEqual([]);
    replay(1, 2);
    await driver.run();
    expect(tallies()).toMatchObject([{ version: 1, hits: { 1: 1, 2: 1 } }]);
  });

  it('and names a merge finds its key at the moment at which it was held: from there on what merged may hold its time', async () => {
    const clock = new TurnedClock(START_MS);
    const [log, database] = [new MemoryLog(1, clock), new MemoryDatabase()];
    const common = { topology: TOY_TOPOLOGY, logic: BUGGY, owner: 'one' };
    const { runtime, consumer } = instanceOf({ ...common, log, database, clock });
    const put = async (topic: string, value: Buffer | null, headers = {}) => {
      log.append({ topic, partition: 0, key: Buffer.from('b'), value, headers });
      for (let turn = 0; turn < 5; turn += 1) await runtime.step(0);
    };
    const hit = (value: object) => put('hits', new JsonCodec().encode('hits', value));
    const protocol = () => protocolOf(database.states.get('0/b')?.protocol ?? null);
    await runtime.start();
    consumer.assign([0]);
    hasBug = isHit('1');
    await hit({ id: '1', merged: ['m'] });
    const { held, stands_at_ms } = protocol();
    expect(held).toMatchObject({ letters: 1 });
    expect(stands_at_ms).toBeLessThanOrEqual(START_MS);
    hasBug = NO_BUG;
    clock.turn(120_000);
    await hit({ id: '2' });
    for (const { value, headers } of log.read(SET_ASIDE, 0)) {
      const texts = Object.entries(headers).map(([name, text]) => [name, String(text)] as const);
      await put('toy.replay', value, Object.fromEntries(texts));
    }
    expect(protocol()).toMatchObject({ held: null, awaiting: { m: 1 }, stands_at_ms });
  });

  it('after its key was absorbed is waited for by the survivor, which lets nothing end before', async () => {
    driver.pipe('hits', 'b', { id: '0', until_ms: START_MS + 60_000 });
    await driver.run();
    hasBug = isHit('1');
    driver.pipe('hits', 'a', { id: '1' });
    await driver.run();
    for (let times = 0; times < 2; times += 1) driver.pipe('merges', 'a', { merge_id: 'm', survivor: 'b' });
    await driver.run();
    driver.pipe('hits', 'a', { id: '2' });
    driver.pipe('hits', 'b', { id: '3', merged: ['m'] });
    await driver.run();
    hasBug = NO_BUG;
    expect(deadLetters()).toEqual(['bug 1', 'key_held 0', 'key_held 1', 'key_held 2']);
    replay(0, 1);
    await driver.run();
    driver.crash();
    await driver.advance(120_000);
    expect(tallies()).toMatchObject([{ key: 'b', version: 1 }]);
    replay(2, 3);
    await driver.run();
    expect(lastOf('b')).toMatchObject({ version: 2, live: 3, hits: { 0: 1, 1: 1, 2: 1, 3: 1 } });
    // The key that went is held no more.
    driver.pipe('hits', 'a', { id: '4' });
    await driver.run();
    expect(lastOf('b')).toMatchObject({ version: 3, live: 4 });
  });
});

describe('a bug in what no topic brings', () => {
  it('holds the key of a wake-up alone, which is tried again by itself', async () => {
    for (const key of ['a', 'b']) driver.pipe('hits', key, { id: key, until_ms: START_MS + 1_000 });
    await driver.run();
    hasBug = (input, state) => input.kind === 'wake' && state.hits['a'] === 1;
    await driver.advance(2_000);
    expect([lastOf('a')?.live, lastOf('b')?.live]).toEqual([1, 0]);
    await driver.advance(10_000);
    expect(lastOf('a')?.live).toBe(1);
    hasBug = NO_BUG;
    await driver.advance(60_000);
    expect(lastOf('a')?.live).toBe(0);
    expect(deadLetters()).toEqual([]);
  });

  it('holds the key of a sweep alone; the sweep is made up for', async () => {
    for (const key of ['a', 'b', 'c']) driver.pipe('hits', key, { id: key });
    await driver.run();
    hasBug = (input, state) => input.kind === 'sweep' && state.hits['b'] === 1;
    driver.pipe('bars', 'bar', { least: 5 });
    await driver.run();
    expect(['a', 'b', 'c'].map((key) => lastOf(key)?.big)).toEqual([false, true, false]);
    driver.pipe('hits', 'b', { id: 'later' });
    await driver.run();
    expect(deadLetters()).toEqual(['key_held 3']);
    hasBug = NO_BUG;
    replay(0);
    await driver.run();
    expect(lastOf('b')).toMatchObject({ big: false, live: 2 });
  });

  it('holds the key of what an effect brings back alone', async () => {
    let isMended = false;
    const logic: KeyedLogic<{ readonly asked: number; readonly done: boolean }, { hits: { id: string } }> = {
      kind: 'keyed',
      codec: { encode: (state) => Buffer.from(JSON.stringify(state)), decode: (bytes) => JSON.parse(bytes.toString()) },
      keyOf: ({ key }) => key,
      initial: () => ({ asked: 0, done: false }),
      apply: (state, input) => {
        if (input.kind !== 'effect') return { state };
        if (input.key === 'a' && !isMended) throw new Error('bug');
        return { state: { ...state, done: true } };
      },
      publish: (key, state, cause, at) => {
        if (state.done)
          return { state, outcomes: cause.kind === 'effect' ? [forward('tallies', key, {})] : [], wakeAtMs: null };
        if (cause.kind === 'wake' && cause.underWay !== undefined)
          return { state, outcomes: [drop('busy')], wakeAtMs: at.nowMs };
        const asked = state.asked + 1;
        return {
          state: { ...state, asked },
          outcomes: [],
          wakeAtMs: at.nowMs,
          effects: [{ id: key, payload: null }],
        };
      },
    };
    const topology = { stage: 'toy', sources: ['hits'], sinks: ['tallies'], deadLetter: SET_ASIDE };
    const stage = new StageDriver({
      topology,
      logic,
      startMs: START_MS,
      partitions: 1,
      codec: new JsonCodec(),
      effector: { perform: async () => 'done' },
    });
    for (const key of ['a', 'b']) stage.pipe('hits', key, { id: key });
    await stage.run();
    expect(stage.outputs('tallies').map(({ key }) => key)).toEqual(['b']);
    isMended = true;
    await stage.advance(60_000);
    expect(stage.outputs('tallies').map(({ key }) => key)).toEqual(['b', 'a']);
  });
});

describe('a bug that is not in the fold', () => {
  it('holds a key whose stored state cannot be decoded, and keeps the state as it is', async () => {
    let isBroken = false;
    const codec = {
      ...TOY_LOGIC.codec,
      decode: (bytes: Buffer) => {
        if (isBroken && bytes.includes('"first"')) throw new RangeError('bytes');
        return TOY_LOGIC.codec.decode(bytes);
      },
    };
    const options = { topology: TOY_TOPOLOGY, startMs: START_MS, partitions: 1, codec: new JsonCodec() };
    driver = new StageDriver({ ...options, logic: { ...TOY_LOGIC, codec } });
    driver.pipe('hits', 'a', { id: 'first' });
    driver.pipe('hits', 'b', { id: '1' });
    await driver.run();
    isBroken = true;
    driver.crash();
    for (const key of ['a', 'b', 'a']) driver.pipe('hits', key, { id: `2${key}` });
    await driver.run();
    expect(deadLetters()).toEqual(['bug 2', 'key_held 4']);
    expect(lastOf('b')?.live).toBe(2);
    isBroken = false;
    replay(0, 1);
    await driver.run();
    expect(lastOf('a')?.hits).toEqual({ first: 1, '2a': 2 });
  });

  it('sets a record aside whose output the topology does not allow', async () => {
    const options = { topology: TOY_TOPOLOGY, startMs: START_MS, partitions: 1, codec: new JsonCodec() };
    const publish: typeof TOY_LOGIC.publish = (key, ...rest) => {
      const published = TOY_LOGIC.publish(key, ...rest);
      return key === 'a' ? { ...published, outcomes: [forward('elsewhere', key, {})] } : published;
    };
    driver = new StageDriver({ ...options, logic: { ...TOY_LOGIC, publish } });
    for (const key of ['a', 'b']) driver.pipe('hits', key, { id: key });
    await driver.run();
    expect(deadLetters()).toEqual(['bug 0']);
    expect(tallies().map(({ key }) => key)).toEqual(['b']);
  });

  it('sets single records of a stage without keys aside, and no others', async () => {
    const logic: BatchLogic<string[], ToyTopics> = {
      kind: 'batch',
      load: async () => [],
      apply: (_view, { value }) => {
        if ('id' in value && value.id.startsWith('bug')) throw new Error('bug');
        return [forward('tallies', 'key', value)];
      },
      writes: () => [],
    };
    driver = new StageDriver({
      ...{ topology: TOY_TOPOLOGY, startMs: START_MS, partitions: 1, codec: new JsonCodec() },
      logic: logic as never,
    });
    for (const id of ['1', 'bug1', '2', '3', 'bug2', '4']) driver.pipe('hits', 'a', { id });
    await driver.run();
    expect(deadLetters()).toEqual(['bug 1', 'bug 4']);
    expect(driver.outputs('tallies').map(({ value }) => (value as { id: string }).id)).toEqual(['1', '2', '3', '4']);
  });

  it('ends the process where every record meets one: that is no bug of one record', async () => {
    hasBug = () => true;
    for (let index = 0; index < 300; index += 1) driver.pipe('hits', `k${index}`, { id: '1' });
    await expect(driver.run()).rejects.toThrow('not a function');
    expect(driver.journal.filter(({ kind }) => kind === 'commit')).toHaveLength(100);
  });
});
