import { beforeEach, describe, expect, it } from 'vitest';
import type { DecodeResult } from '../ports/codec.ts';
import { outlineOf } from '../testing/journal.ts';
import { JsonCodec } from '../testing/json-codec.ts';
import { StageDriver } from '../testing/stage-driver.ts';
import { type Bar, type Tally, TOY_LOGIC, TOY_TOPOLOGY, type ToyState, type ToyTopics } from '../testing/toy-stage.ts';

const START_MS = 1_700_000_000_000;
const DEAD_LETTERS = 'toy.dead-letter';

/** Can't read what begins with a question mark until it is mended, as with a schema that is not registered yet. */
class MendedCodec extends JsonCodec {
  isMended = false;

  override decode(topic: string, bytes: Buffer): DecodeResult {
    if (bytes[0] !== '?'.charCodeAt(0)) return super.decode(topic, bytes);
    if (this.isMended) return super.decode(topic, bytes.subarray(1));
    return { ok: false, reason: 'unknown_schema', message: 'Not yet.' };
  }
}

let codec: MendedCodec;
let driver: StageDriver<never, ToyTopics, ToyState, Bar>;

beforeEach(() => {
  codec = new MendedCodec();
  driver = new StageDriver({
    topology: TOY_TOPOLOGY,
    logic: TOY_LOGIC,
    startMs: START_MS,
    partitions: 1,
    codec,
  });
});

const unreadable = (id: string) => Buffer.from(`?{"id":"${id}"}`);
const tallies = () => driver.outputs('tallies').map(({ value }) => value as Tally);

/** Copies a dead letter, as it is, onto the topic of replays. */
function replay(index: number, changed: Readonly<Record<string, string>> = {}): void {
  const deadLetter = driver.outputs(DEAD_LETTERS)[index];
  const headers = driver.headers(DEAD_LETTERS)[index] ?? {};
  if (deadLetter === undefined) throw new Error(`there is no dead letter ${index}`);
  driver.pipeBytes('toy.replay', deadLetter.key ?? '', deadLetter.value as Buffer, deadLetter.partition, {
    ...headers,
    ...changed,
  });
}

describe('a dead letter that is replayed', () => {
  it('is folded as the record that it was: one commit, then the send', async () => {
    driver.pipeBytes('hits', 'a', unreadable('1'));
    await driver.run();
    expect(tallies()).toEqual([]);
    codec.isMended = true;
    const before = driver.journal.length;
    replay(0);
    await driver.run();
    expect(tallies()).toMatchObject([{ key: 'a', hits: { 1: 1 } }]);
    expect(outlineOf(driver.journal.slice(before))).toEqual([
      { kind: 'commit', partitions: [0], writes: ['state'] },
      { kind: 'send', topics: ['tallies'] },
    ]);
    expect(driver.outputs(DEAD_LETTERS)).toHaveLength(1);
  });

  it('counts once, in whatever order and however often it is replayed, and though the stage is killed', async () => {
    for (const id of ['1', '2', '3']) driver.pipeBytes('hits', 'a', unreadable(id));
    await driver.run();
    codec.isMended = true;
    for (const index of [2, 0]) replay(index);
    await driver.run();
    driver.crash();
    for (const index of [0, 1, 2, 1]) replay(index);
    await driver.run();
    driver.crash();
    replay(1);
    await driver.run();
    expect(tallies().at(-1)?.hits).toEqual({ 1: 1, 2: 1, 3: 1 });
    expect(driver.outputs(DEAD_LETTERS)).toHaveLength(3);
  });

  it('holds no time, however many wait to be replayed: who is due does not wait for them', async () => {
    driver = new StageDriver({
      ...{ topology: TOY_TOPOLOGY, logic: TOY_LOGIC, startMs: START_MS, partitions: 1, codec },
      limits: { batchRecords: 1 },
    });
    for (const id of ['1', '2', '3']) driver.pipeBytes('hits', 'a', unreadable(id));
    driver.pipe('hits', 'due', { id: '4', until_ms: START_MS + 60_000 });
    await driver.run();
    codec.isMended = true;
    for (const index of [0, 1, 2]) replay(index);
    await driver.advance(60_000);
    expect(tallies().map(({ key, cause }) => `${key} by ${cause}`)).toEqual([
      'due by record',
      'a by record',
      'due by wake',
      'a by record',
      'a by record',
    ]);
  });

  it('comes back as a new letter while it is no better, with its first place, its headers and what it replays', async () => {
    driver.pipeBytes('hits', 'a', Buffer.from('other'));
    const headers = { traceparent: '00-1-2-01', mine: 'x', 'hilo-replay-of': 'a stranger' };
    driver.pipeBytes('hits', 'a', unreadable('1'), 0, headers);
    await driver.run();
    driver.clock.turn(60_000);
    replay(1);
    await driver.run();
    const [, first, second] = driver.headers(DEAD_LETTERS);
    expect(first).not.toHaveProperty('hilo-replay-of');
    expect(second).toMatchObject({
      ...{ traceparent: '00-1-2-01', mine: 'x', 'hilo-reason': 'unknown_schema', 'hilo-processed': 'none' },
      ...{ 'hilo-source-topic': 'hits', 'hilo-source-partition': '0', 'hilo-source-offset': '1' },
      ...{ 'hilo-source-time': String(START_MS), 'hilo-failed-at': new Date(START_MS + 60_000).toISOString() },
      'hilo-replay-of': `${first?.['hilo-origin']}#2`,
    });
    codec.isMended = true;
    replay(1);
    await driver.run();
    expect(tallies()).toEqual([]);
    replay(2);
    await driver.run();
    expect(tallies()).toMatchObject([{ key: 'a', hits: { 1: 1 } }]);
  });

  it.each([
    ['without a name', { 'hilo-seq': '' }],
    ['of another stage', { 'hilo-origin': 'other/0/x' }],
    ['of another partition', { 'hilo-origin': 'toy/1/x' }],
    ['of a topic that the stage does not read', { 'hilo-source-topic': 'tallies' }],
    ['of a place that is none', { 'hilo-source-offset': 'x' }],
    ['that came from another partition', { 'hilo-source-partition': '1' }],
    ['that was processed in part', { 'hilo-processed': 'part' }],
  ])('is set aside where it is one %s', async (_what, changed) => {
    driver.pipeBytes('hits', 'a', unreadable('1'));
    await driver.run();
    codec.isMended = true;
    replay(0, changed);
    await driver.run();
    expect(tallies()).toEqual([]);
    expect(driver.headers(DEAD_LETTERS)[1]).toMatchObject({
      'hilo-reason': 'bad_replay',
      'hilo-source-topic': 'toy.replay',
    });
  });
});

describe('a dead letter', () => {
  it('says whether anything of its record was processed', async () => {
    driver.pipeBytes('hits', 'a', unreadable('1'));
    driver.pipe('hits', 'a', { id: '2', bad: true });
    driver.pipe('hits', 'a', { id: '3', bad: true, merged: ['m'] });
    await driver.run();
    expect(driver.headers(DEAD_LETTERS).map((headers) => headers['hilo-processed'])).toEqual(['none', 'none', 'part']);
  });
});
