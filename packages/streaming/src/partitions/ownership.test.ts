import { beforeEach, describe, expect, it } from 'vitest';
import { packOutputs } from '../commit/outbox.ts';
import type { LogProducer, OutRecord } from '../ports/log.ts';
import { ORIGIN_HEADER, originOf, SEQUENCE_HEADER } from '../ports/sequence.ts';
import { TransientFaultError } from '../ports/retry.ts';
import { intercept } from '../testing/faults.ts';
import { SILENT } from '../testing/instance.ts';
import { MemoryConsumer, MemoryLog, MemoryProducer } from '../testing/memory-log.ts';
import { MemoryDatabase, MemoryStageStore } from '../testing/memory-stage-store.ts';
import { NO_METRICS } from '../testing/no-metrics.ts';
import { TurnedClock } from '../testing/turned-clock.ts';
import { LEASE_MS, LEAVE_MS } from './owned-partition.ts';
import { Ownership } from './ownership.ts';

const TOPOLOGY = { stage: 'stage', sources: ['in'], sinks: ['out'], deadLetter: 'stage.dead-letter' };

describe('Ownership', () => {
  let clock: TurnedClock;
  let log: MemoryLog;
  let database: MemoryDatabase;

  beforeEach(() => {
    clock = new TurnedClock(1_000_000);
    log = new MemoryLog(3, clock);
    database = new MemoryDatabase();
  });

  function instance(owner: string, around: (producer: LogProducer) => LogProducer = (producer) => producer) {
    const store = new MemoryStageStore({ database, clock, owner });
    const consumer = new MemoryConsumer(log, ['in'], clock, 'stage');
    const producer = around(new MemoryProducer(log));
    return {
      store,
      ownership: new Ownership({
        topology: TOPOLOGY,
        metrics: NO_METRICS,
        store,
        consumer,
        producer,
        clock,
        logger: SILENT,
      }),
    };
  }

  function output(value: string, partition = 0): OutRecord {
    return { topic: 'out', partition, key: null, value: Buffer.from(value), headers: {} };
  }

  /** Commits outputs of a partition, as a batch does, without sending them. */
  async function commit({ ownership, store }: ReturnType<typeof instance>, partition: number, records: OutRecord[]) {
    const owned = ownership.owned.get(partition);
    if (owned === undefined) throw new Error(`partition ${partition} is not owned`);
    const outbox = packOutputs(records, owned.checkpoint.outbox_id + 1);
    const outbox_id = owned.checkpoint.outbox_id + outbox.length;
    const checkpoint = { ...owned.checkpoint, outbox_id };
    const acknowledged = [...owned.acknowledged];
    await store.commit([{ partition, epoch: owned.epoch, checkpoint, outbox, acknowledged }], []);
    owned.checkpoint = { ...checkpoint, revision: checkpoint.revision + 1 };
    owned.unsent.push({ ids: outbox.map(({ id }) => id), records });
    owned.leaseUntilMs = clock.monotonicMs() + LEASE_MS / 2;
  }

  const sent = () => log.all('out').map(({ value }) => String(value));

  it('waits out the lease of an owner that ended uncleanly, then sends what that one committed, in order', async () => {
    const killed = instance('killed');
    killed.ownership.assign([0]);
    await killed.ownership.acquireMissing();
    await commit(killed, 0, [output('1'), output('2')]);
    await commit(killed, 0, [output('3')]);
    const next = instance('next');
    next.ownership.assign([0]);
    const beforeMs = clock.nowMs();
    while (next.ownership.owned.size === 0) {
      clock.turn(50);
      await next.ownership.acquireMissing();
    }
    expect(clock.nowMs() - beforeMs).toBeGreaterThanOrEqual(LEASE_MS);
    expect(clock.nowMs() - beforeMs).toBeLessThanOrEqual(LEASE_MS + 100);
    await next.ownership.sendUnsent();
    expect(sent()).toEqual(['1', '2', '3']);
  });

  it('waits for several leases at once, and goes on with what it owns meanwhile', async () => {
    const killed = instance('killed');
    killed.ownership.assign([0, 1]);
    await killed.ownership.acquireMissing();
    for (const partition of [0, 1]) await commit(killed, partition, [output('x', partition)]);
    const next = instance('next');
    next.ownership.assign([0, 1, 2]);
    await next.ownership.acquireMissing();
    expect([...next.ownership.owned.keys()]).toEqual([2]);
    expect([next.ownership.settled, next.ownership.patience(200)]).toEqual([false, 50]);
    clock.turn(LEASE_MS);
    await next.ownership.acquireMissing();
    expect([...next.ownership.owned.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2]);
    expect(next.ownership.patience(200)).toBe(200);
  });

  it('leaves a partition to an owner that lives, so that it can commit what it waits for, and not for ever', async () => {
    const first = instance('first');
    first.ownership.assign([0]);
    await first.ownership.acquireMissing();
    await commit(first, 0, [output('1')]);
    const next = instance('next');
    next.ownership.assign([0]);
    const beforeMs = clock.nowMs();
    const owned = first.ownership.owned.get(0);
    if (owned === undefined) throw new Error('not owned');
    first.ownership.leave(owned);
    for (let turns = 0; turns < 8; turns += 1) {
      clock.turn(1_000);
      expect(await first.ownership.keepLeases([owned])).toEqual([]);
      await next.ownership.acquireMissing();
      expect(next.ownership.owned.size).toBe(0);
    }
    await commit(first, 0, [output('2')]);
    while (next.ownership.owned.size === 0) {
      clock.turn(1_000);
      await first.ownership.keepLeases([owned]);
      await next.ownership.acquireMissing();
    }
    expect(clock.nowMs() - beforeMs).toBeLessThan(LEASE_MS + LEAVE_MS + 2 * LEASE_MS);
    await next.ownership.sendUnsent();
    expect(sent()).toEqual(['1', '2']);
  });

  it('reports a checkpoint as of when it knew it, however late: it may be that of an owner long replaced', async () => {
    const frozen = instance('frozen');
    frozen.ownership.assign([0]);
    const takenOverMs = clock.nowMs();
    await frozen.ownership.acquireMissing();
    const [owned] = frozen.ownership.unopened();
    if (owned === undefined) throw new Error('not owned');
    clock.turn(LEASE_MS + 1);
    expect(await frozen.ownership.open(owned)).toBe(true);
    const reportedOf = () => log.reports('stage', [0]).get(0)?.knownMs;
    expect(reportedOf()).toBe(takenOverMs);
    const askedMs = clock.nowMs();
    expect(await frozen.ownership.confirm()).toEqual([]);
    expect(reportedOf()).toBe(askedMs);
  });

  it('finds what another owner sent during a freeze, though the frozen one reports its own commit only then', async () => {
    const frozen = instance('frozen');
    frozen.ownership.assign([0]);
    await frozen.ownership.acquireMissing();
    const [owned] = frozen.ownership.unopened();
    if (owned === undefined) throw new Error('not owned');
    clock.turn(30_000);
    // Another owner commits and sends this, and the store loses that commit.
    const headers = { [ORIGIN_HEADER]: originOf('stage', 0, owned.checkpoint.incarnation), [SEQUENCE_HEADER]: '1' };
    await new MemoryProducer(log).send([{ ...output('1'), headers }]);
    clock.turn(30_000);
    expect(await frozen.ownership.open(owned)).toBe(true);
    const next = instance('next');
    next.ownership.assign([0]);
    await next.ownership.acquireMissing();
    expect(next.ownership.owned.size).toBe(0);
  });

  it('waits out a lease though the wall clock steps back', async () => {
    const killed = instance('killed');
    killed.ownership.assign([0]);
    await killed.ownership.acquireMissing();
    await commit(killed, 0, [output('1')]);
    const next = instance('next');
    next.ownership.assign([0]);
    await next.ownership.acquireMissing();
    clock.turn(LEASE_MS);
    clock.stepBack(3_600_000);
    await next.ownership.acquireMissing();
    expect(next.ownership.owned.size).toBe(1);
  });

  it('waits for nobody where the owner before let go', async () => {
    const first = instance('first');
    first.ownership.assign([0]);
    await first.ownership.acquireMissing();
    await commit(first, 0, [output('1')]);
    await first.ownership.release(first.ownership.assign([]));
    const next = instance('next');
    next.ownership.assign([0]);
    const beforeMs = clock.nowMs();
    await next.ownership.acquireMissing();
    expect(clock.nowMs()).toBe(beforeMs);
  });

  it('sends nothing of a partition that another took over, not even after a failed send of others', async () => {
    let failures = 1;
    const paused = instance('paused', (producer) =>
      intercept(producer, {
        send: async (call) => {
          failures -= 1;
          if (failures >= 0) throw new TransientFaultError('away');
          return call();
        },
      }),
    );
    paused.ownership.assign([0, 1]);
    await paused.ownership.acquireMissing();
    await commit(paused, 0, [output('taken')]);
    await commit(paused, 1, [output('kept', 1)]);
    clock.turn(60_000);
    const other = instance('other');
    other.ownership.assign([0]);
    await other.ownership.acquireMissing();
    await expect(paused.ownership.sendUnsent()).rejects.toThrow('away');
    expect(await paused.ownership.sendUnsent()).toEqual([0]);
    expect(sent()).toEqual(['kept']);
  });

  it('sends the same again after a send whose outcome is unknown', async () => {
    let lost = true;
    const one = instance('one', (producer) =>
      intercept(producer, {
        send: async (call) => {
          await call();
          if (lost) throw new TransientFaultError('the acknowledgement was lost');
        },
      }),
    );
    one.ownership.assign([0]);
    await one.ownership.acquireMissing();
    await commit(one, 0, [output('1')]);
    await expect(one.ownership.sendUnsent()).rejects.toThrow('acknowledgement');
    expect(one.ownership.owned.get(0)?.acknowledged).toEqual([]);
    lost = false;
    await one.ownership.sendUnsent();
    expect(sent()).toEqual(['1', '1']);
    expect(one.ownership.owned.get(0)).toMatchObject({ unsent: [], acknowledged: [1] });
  });

  it('leaves a partition alone for a while after another instance had it', async () => {
    const one = instance('one');
    one.ownership.assign([0]);
    await one.ownership.acquireMissing();
    const before = one.ownership.owned.get(0)?.epoch ?? Infinity;
    one.ownership.lose(0);
    await one.ownership.acquireMissing();
    expect(one.ownership.owned.size).toBe(0);
    clock.turn(10_000);
    await one.ownership.acquireMissing();
    expect(one.ownership.owned.get(0)?.epoch).toBeGreaterThan(before);
  });
});
