import { beforeEach, expect, it } from 'vitest';
import type { LogPosition } from '../language/input.ts';
import type { DecodeResult } from '../ports/codec.ts';
import { JsonCodec } from '../testing/json-codec.ts';
import { StageDriver } from '../testing/stage-driver.ts';
import { type Bar, type Hit, TOY_LOGIC, TOY_TOPOLOGY, type ToyState, type ToyTopics } from '../testing/toy-stage.ts';

/** Can't read a hit that is marked until it is mended, as with a schema that is not registered yet. */
class MendedCodec extends JsonCodec {
  isMended = false;

  override decode(topic: string, bytes: Buffer): DecodeResult {
    if (this.isMended || !bytes.includes('unreadable')) return super.decode(topic, bytes);
    return { ok: false, reason: 'unknown_schema', message: 'Not yet.' };
  }
}

/** By id of a hit: where its record lies, as the fold got it. */
let seen: Map<string, LogPosition | undefined>;
let codec: MendedCodec;
let driver: StageDriver<never, ToyTopics, ToyState, Bar>;

beforeEach(() => {
  seen = new Map();
  codec = new MendedCodec();
  driver = new StageDriver({
    topology: TOY_TOPOLOGY,
    logic: {
      ...TOY_LOGIC,
      apply: (state, input, at, shared) => {
        if (input.kind === 'record') seen.set((input.value as Hit).id, input.logPosition);
        return TOY_LOGIC.apply(state, input, at, shared);
      },
    },
    startMs: 1_700_000_000_000,
    partitions: 1,
    codec,
  });
});

const inHits = (offset: number) => ({ topic_id: 'id of hits', partition: 0, offset });

it('says where a record lies', async () => {
  driver.pipe('hits', 'a', { id: 'a1' });
  driver.pipe('hits', 'b', { id: 'b1' });
  await driver.run();
  expect(seen.get('b1')).toEqual(inHits(1));
});

it('says of a record that is forwarded, over however many keys, where it lay at first', async () => {
  driver.pipe('merges', 'a', { merge_id: 'm1', survivor: 'b' });
  driver.pipe('merges', 'b', { merge_id: 'm2', survivor: 'c' });
  await driver.run();
  driver.pipe('hits', 'c', { id: 'c1' });
  driver.pipe('hits', 'a', { id: 'late' });
  await driver.run();
  expect(seen.get('late')).toEqual(inHits(1));
});

it('says where the record of a replayed dead letter lay', async () => {
  driver.pipe('hits', 'a', { id: 'a1' });
  driver.pipe('hits', 'a', { id: 'unreadable' });
  await driver.run();
  const [deadLetter] = driver.outputs('toy.dead-letter');
  if (deadLetter === undefined) throw new Error('nothing was set aside');
  codec.isMended = true;
  const headers = driver.headers('toy.dead-letter')[0] ?? {};
  driver.pipeBytes('toy.replay', deadLetter.key ?? '', deadLetter.value as Buffer, deadLetter.partition, headers);
  await driver.run();
  expect(seen.get('unreadable')).toEqual(inHits(1));
});

it('says nothing of a dead letter that was set aside before topics had ids', async () => {
  driver.pipe('hits', 'a', { id: 'unreadable' });
  await driver.run();
  const [deadLetter] = driver.outputs('toy.dead-letter');
  if (deadLetter === undefined) throw new Error('nothing was set aside');
  codec.isMended = true;
  const { 'hilo-source-topic-id': _, ...headers } = driver.headers('toy.dead-letter')[0] ?? {};
  driver.pipeBytes('toy.replay', deadLetter.key ?? '', deadLetter.value as Buffer, deadLetter.partition, headers);
  await driver.run();
  expect(seen.has('unreadable')).toBe(true);
  expect(seen.get('unreadable')).toBeUndefined();
});
