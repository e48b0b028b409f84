import {
  type EventAccepted,
  type EventIdentified,
  LocalCodec,
  type MembershipChanged,
  type StageProgress,
} from '@hilo/schemas';
import { beforeEach, describe, expect, it } from 'vitest';
import { partitionOf } from '@hilo/streaming';
import { alone, type Instance, instanceOf, MemoryDatabase, MemoryLog, TurnedClock } from '@hilo/streaming/testing';
import { identityStage } from '../../services/identity/src/stage.ts';
import { eventOf } from '../../services/identity/src/testing/events.ts';
import { MemoryIdentityTables } from '../../services/identity/src/testing/memory-identity-tables.ts';
import { profileStage } from '../../services/profile/src/stage.ts';
import { UTC } from '@hilo/behaviour';
import { segmentationStage } from '../../services/segmentation/src/stage.ts';
import { BLACK_HOLE } from './stages.ts';

const MINUTE_MS = 60_000;
const START_MS = 1_800_000_000_000;
const PARTITIONS = 2;
const ALL = [0, 1];
const CODEC = new LocalCodec();

type StageName = 'identity' | 'profile' | 'segmentation';

/** Identity, profile and segmentation in a row, an instance of each; the test says which of them run. */
class Row {
  readonly clock = new TurnedClock(START_MS);
  readonly log = new MemoryLog(PARTITIONS, this.clock);
  readonly down = new Set<StageName>();
  readonly #stages: Readonly<Record<StageName, Instance>>;
  #sent = 0;

  constructor() {
    const metrics = { decided: () => undefined };
    const identity = identityStage({ metrics });
    const common = { log: this.log, clock: this.clock, codec: CODEC };
    const database = () => new MemoryDatabase();
    this.#stages = {
      identity: instanceOf({
        ...{ ...common, database: database(), owner: 'i', ...identity },
        ...{ topology: alone(identity.topology), tables: new MemoryIdentityTables() },
      }),
      profile: instanceOf({
        ...{ ...common, database: database(), owner: 'p', ...profileStage(), tables: BLACK_HOLE },
      }),
      segmentation: instanceOf({
        ...{ ...common, database: database(), owner: 's', ...segmentationStage({ zone: UTC, metrics }) },
        tables: BLACK_HOLE,
      }),
    };
  }

  async start(): Promise<void> {
    for (const { runtime, consumer } of Object.values(this.#stages)) {
      await runtime.start();
      consumer.assign(ALL);
    }
    await this.run();
  }

  /** Everyone who runs does all there is to do. */
  async run(): Promise<void> {
    for (let turn = 0; turn < 12; turn += 1) {
      for (const [name, { runtime }] of Object.entries(this.#stages)) {
        if (!this.down.has(name as StageName)) await runtime.step(0);
      }
    }
  }

  /** Time passes, a minute at a time. */
  async pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) {
      this.clock.turn(MINUTE_MS);
      await this.run();
    }
  }

  /** From now on a stage works on these partitions only. */
  assign(name: StageName, partitions: readonly number[]): void {
    this.#stages[name].consumer.assign(partitions);
  }

  /** Somebody has the others leave an origin out until it moves. */
  async release(stage: StageName, partition: number): Promise<void> {
    await this.#stages.segmentation.runtime.origins.release(stage, partition);
    await this.run();
  }

  define(segment: string, definition: object): void {
    const value = { segment, version: 1, name: segment, definition: JSON.stringify(definition), decided_at: 1 };
    for (const partition of ALL) this.#append('segments.definitions', segment, value, partition);
  }

  event(anonymous_id: string, fields: Partial<EventAccepted> = {}): string {
    this.#sent += 1;
    const nowMs = this.clock.nowMs();
    const message_id = `m${this.#sent}`;
    const named = { message_id, type: 'track', event: 'Order', anonymous_id, user_id: null };
    const value = eventOf({ ...named, timestamp: nowMs, received_at: nowMs, ...fields });
    this.#append('events.accepted', anonymous_id, value);
    return message_id;
  }

  /** The profile that an event was identified as. */
  profileOf(message_id: string): string {
    const found = this.#all<EventIdentified>('events.identified').find((one) => one.message_id === message_id);
    if (found === undefined) throw new Error(`${message_id} is not identified yet`);
    return found.profile_id;
  }

  /** What was published of a profile: how, why, for which moment, in minutes, and whether that is unproven. */
  changesOf(profile_id: string): string[] {
    const changes = this.#all<MembershipChanged>('segments.membership').filter((one) => one.profile_id === profile_id);
    // What was sent before an instance let go may be sent again.
    return [...new Map(changes.map((one) => [one.version, one])).values()].map(
      ({ status, reason, event_time, unproven }) =>
        `${status} by ${reason} at ${((event_time ?? 0) - START_MS) / MINUTE_MS}${unproven ? ', unproven' : ''}`,
    );
  }

  /** What a partition of a stage said last of how far it is. */
  progressOf(stage: StageName, partition: number): StageProgress | undefined {
    return this.log
      .all('stages.progress')
      .map(({ value }) => JSON.parse(String(value)) as StageProgress)
      .findLast((one) => one.stage === stage && one.partition === partition);
  }

  #all<T>(topic: string): T[] {
    return this.log.all(topic).map(({ value }) => {
      const decoded = CODEC.decode(topic, value ?? Buffer.alloc(0));
      if (!decoded.ok) throw new Error(decoded.message);
      return decoded.value as T;
    });
  }

  #append(topic: string, key: string, value: object, partition = partitionOf(key, PARTITIONS)): void {
    this.log.append({ topic, partition, key: Buffer.from(key), value: CODEC.encode(topic, value), headers: {} });
  }
}

/** People whose profiles lie in these partitions, the elder first. */
async function peopleIn(row: Row, ...partitions: readonly number[]): Promise<{ name: string; profile: string }[]> {
  const people: { name: string; profile: string }[] = [];
  for (let count = 0; people.length < partitions.length; count += 1) {
    // The elder of two profiles survives a merge.
    row.clock.turn(1);
    const name = `visitor-${count}`;
    const message_id = row.event(name, { event: 'Seen' });
    await row.run();
    const profile = row.profileOf(message_id);
    if (partitionOf(profile, PARTITIONS) === partitions[people.length]) people.push({ name, profile });
  }
  return people;
}

describe('while a stage is unavailable', () => {
  let row: Row;

  beforeEach(async () => {
    row = new Row();
    row.define('active', { did: 'Order', within: '10m' });
    await row.start();
  });

  it.each(['identity', 'profile', 'segmentation'] as const)(
    '(%s) nobody leaves whose events wait somewhere, and all who are due leave once it has read its backlog',
    async (name) => {
      const first = row.event('ada');
      await row.run();
      row.down.add(name);
      for (let order = 0; order < 6; order += 1) {
        await row.pass(5);
        row.event('ada');
      }
      row.down.delete(name);
      await row.run();
      const profile = row.profileOf(first);
      expect(row.changesOf(profile)).toEqual(['entered by event at 0']);
      await row.pass(9);
      expect(row.changesOf(profile)).toHaveLength(1);
      await row.pass(1);
      expect(row.changesOf(profile).slice(1)).toEqual(['exited by time at 40']);
    },
  );

  it('those enter at once whose events come through, though time stands', async () => {
    row.down.add('profile');
    await row.pass(30);
    const message_id = row.event('ada');
    await row.run();
    expect(row.changesOf(row.profileOf(message_id))).toEqual(['entered by event at 30']);
  });

  it('nobody enters for events that lie too far apart, though all of them count when they are read', async () => {
    row.define('twice', { did: 'Visit', count: { gte: 2 }, within: '10m' });
    await row.run();
    row.down.add('identity');
    const first = row.event('ada', { event: 'Visit' });
    await row.pass(30);
    row.event('ada', { event: 'Visit' });
    row.down.delete('identity');
    await row.run();
    expect(row.changesOf(row.profileOf(first))).toEqual([]);
  });
});

describe('while one partition of a stage is unavailable', () => {
  let row: Row;

  beforeEach(async () => {
    row = new Row();
    row.define('active', { did: 'Order', within: '10m' });
    await row.start();
  });

  it.each(['profile', 'segmentation'] as const)('(%s) only its own people stay', async (name) => {
    const [held, free] = await peopleIn(row, 0, 1);
    if (held === undefined || free === undefined) throw new Error('two people were asked for');
    for (const one of [held, free]) row.event(one.name);
    await row.run();
    row.assign(name, [1]);
    await row.pass(12);
    expect(row.changesOf(free.profile)).toHaveLength(2);
    expect(row.changesOf(held.profile)).toHaveLength(1);
    row.assign(name, ALL);
    await row.run();
    expect(row.changesOf(held.profile)).toHaveLength(2);
  });

  it('(identity) the others say with their time which merges it had given: they decide by these, too', async () => {
    const [elder, younger] = await peopleIn(row, 0, 1);
    if (elder === undefined || younger === undefined) throw new Error('two people were asked for');
    for (const { name } of [elder, younger]) row.event(name, { type: 'identify', event: null, user_id: 'u' });
    await row.run();
    await row.pass(1);
    for (const partition of ALL) {
      const given = row.progressOf('identity', partition)?.notices ?? [];
      const toYounger = given.map(({ sequences }) => sequences[partitionOf(younger.profile, PARTITIONS)] ?? 0);
      expect(Math.max(0, ...toYounger)).toBe(1);
    }
  });

  it('and those who were just merged out of it: what they did there may still follow', async () => {
    row.define('well', { all: [{ did: 'Order', within: '10m' }, { not: { trait: 'lost', is: { eq: true } } }] });
    const [survivor, absorbed] = await peopleIn(row, 0, 1);
    if (survivor === undefined || absorbed === undefined) throw new Error('two people were asked for');
    row.event(survivor.name);
    await row.run();
    const missing = partitionOf(absorbed.profile, PARTITIONS);
    row.assign(
      'profile',
      ALL.filter((partition) => partition !== missing),
    );
    await row.run();
    row.event(absorbed.name);
    row.event(absorbed.name, { type: 'identify', event: null, user_id: 'u', traits: '{"lost":false}' });
    row.event(survivor.name, { type: 'identify', event: null, user_id: 'u' });
    await row.pass(20);
    const before = row.changesOf(survivor.profile).filter((text) => text.startsWith('exited'));
    expect(before).toEqual([]);
    row.assign('profile', ALL);
    await row.run();
    expect(row.changesOf(survivor.profile).filter((text) => text.startsWith('exited by time'))).not.toEqual([]);
  });
});

describe('where somebody releases a partition that stands still', () => {
  let row: Row;

  beforeEach(async () => {
    row = new Row();
    row.define('active', { did: 'Order', within: '10m' });
    await row.start();
  });

  const without = (missing: number) => ALL.filter((partition) => partition !== missing);

  it('(identity) people leave, unproven, and come back for what it brings; then time counts it again', async () => {
    const first = row.event('ada');
    await row.run();
    const profile = row.profileOf(first);
    const missing = partitionOf('ada', PARTITIONS);
    row.assign('identity', without(missing));
    await row.pass(8);
    row.event('ada');
    await row.pass(7);
    expect(row.changesOf(profile)).toEqual(['entered by event at 0']);
    await row.release('identity', missing);
    expect(row.changesOf(profile).slice(1)).toEqual(['exited by time at 10, unproven']);
    row.assign('identity', ALL);
    await row.run();
    expect(row.changesOf(profile).slice(2)).toEqual(['entered by event at 8']);
    row.assign('identity', without(missing));
    await row.run();
    await row.pass(10);
    expect(row.changesOf(profile)).toHaveLength(3);
    row.assign('identity', ALL);
    await row.run();
    expect(row.changesOf(profile).slice(3)).toEqual(['exited by time at 18']);
  });

  it('(profile) its own people leave, unproven; those of other partitions as ever', async () => {
    const [held, free] = await peopleIn(row, 0, 1);
    if (held === undefined || free === undefined) throw new Error('two people were asked for');
    for (const one of [held, free]) row.event(one.name);
    await row.run();
    row.assign('profile', [1]);
    await row.pass(12);
    await row.release('profile', 0);
    expect(row.changesOf(held.profile)[1]).toMatch(/^exited by time at .*, unproven$/);
    expect(row.changesOf(free.profile)[1]).toMatch(/^exited by time at [\d.]+$/);
  });

  it('(profile) and those who were just merged out of it, unproven as well', async () => {
    const [survivor, absorbed] = await peopleIn(row, 0, 1);
    if (survivor === undefined || absorbed === undefined) throw new Error('two people were asked for');
    row.event(survivor.name);
    await row.run();
    row.assign('profile', without(1));
    await row.run();
    for (const { name } of [absorbed, survivor]) row.event(name, { type: 'identify', event: null, user_id: 'u' });
    await row.pass(20);
    const exits = () => row.changesOf(survivor.profile).filter((text) => text.startsWith('exited'));
    expect(exits()).toEqual([]);
    await row.release('profile', 1);
    expect(exits()).toEqual([expect.stringMatching(/^exited by time at .*, unproven$/)]);
  });
});
