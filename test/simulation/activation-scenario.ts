import { type DeliveryEnded, LocalCodec, type MembershipChanged } from '@hilo/schemas';
import { type Effect, partitionOf, type Statement } from '@hilo/streaming';
import { KeyedRunner, MemoryStageStore, NO_METRICS, rowsOf, StageRuntime } from '@hilo/streaming/testing';
import type { AttemptRequest, AttemptResult } from '../../services/activation/src/domain/attempt.ts';
import { deliveryId, retryId } from '../../services/activation/src/domain/delivery.ts';
import { activationStage } from '../../services/activation/src/stage.ts';
import {
  answered,
  destination,
  destinationsOf,
  membership,
  unanswered,
} from '../../services/activation/src/testing/fixtures.ts';
import { TOPOLOGY } from '../../services/activation/src/topology.ts';
import { FaultyProducer, faultyStore, SimConsumer, SimProgressLog, type Surroundings } from './faults.ts';
import { checkAbove, checkEqual } from './check.ts';
import type { Scenario } from './scenario.ts';
import { type SimStage, World } from './world.ts';

const PARTITIONS = 4;
const PROFILES = 12;
const HOUR_MS = 3_600_000;
const CODEC = new LocalCodec();
const DESTINATIONS = destinationsOf(destination({ key: 'crm' }), destination({ key: 'ads', segments: ['buyers'] }));

/** The other side: notes every request, and answers as it likes while the weather is bad. */
class Receiver {
  readonly posts: AttemptRequest[] = [];
  readonly taken = new Set<string>();

  async perform(effect: Effect, { random, scheduler, weather, actor }: Surroundings): Promise<AttemptResult> {
    const request = effect.payload as AttemptRequest;
    await scheduler.wait(actor, random.below(50));
    const stormy = weather.fault > 0 && random.chance(0.4);
    if (stormy && random.chance(0.3)) return { kind: 'deferred', reason: 'busy', retryAfterMs: 100 };
    if (stormy && random.chance(0.3)) return unanswered('network');
    this.posts.push(request);
    const status = stormy ? random.pick([500, 404]) : 200;
    if (status === 200) this.taken.add(request.delivery_id);
    await scheduler.wait(actor, random.below(200));
    return answered(status);
  }
}

/** What the mirror table ends with, by delivery: its status, and whether it can be sent again. */
type Mirror = Map<unknown, { readonly status: unknown; readonly retry: unknown }>;

function stageOf(receiver: Receiver, mirror: Mirror): SimStage {
  const tables = {
    rows: () => [],
    write: (statements: readonly Statement[]) => {
      for (const statement of statements)
        for (const { delivery_id, status, retry } of rowsOf<Record<'delivery_id' | 'status' | 'retry', unknown>>(
          statement,
        )) {
          const row = mirror.get(delivery_id);
          if (statement.name === 'activation-put-deliveries') mirror.set(delivery_id, { status, retry });
          else if (row?.retry === 'possible') mirror.set(delivery_id, { ...row, retry });
        }
      return true;
    },
  };
  return {
    name: TOPOLOGY.stage,
    sources: TOPOLOGY.sources,
    instances: 2,
    boot: ({ around, owner, logger, log, database }) => {
      const clock = around.scheduler.clockOf(around.actor);
      const consumer = new SimConsumer(log, TOPOLOGY.sources, around, TOPOLOGY.stage);
      const effector = { perform: (effect: Effect) => receiver.perform(effect, around) };
      const metrics = { queued: () => undefined, ended: () => undefined };
      const { topology, logic } = activationStage({ destinations: () => DESTINATIONS, effector, metrics });
      const runtime = new StageRuntime({
        topology,
        runner: new KeyedRunner(logic, { maxRows: 5, maxBytes: 50_000 }),
        handoverTopic: null,
        consumer,
        producer: new FaultyProducer(log, around),
        progress: new SimProgressLog(log, around),
        store: faultyStore(new MemoryStageStore({ database, clock, owner, tables }), around),
        codec: CODEC,
        clock,
        metrics: NO_METRICS,
        logger,
        limits: { batchRecords: 6, batchKeys: 3, effects: 4, pollMs: 0, publishMs: 40, skewMs: 0 },
        partitions: PARTITIONS,
        build: 'simulation',
        effector,
        tracer: null,
      });
      return { runtime, consumer };
    },
  };
}

/** A membership change of a profile; each profile's versions only grow. */
function change(
  world: World,
  versions: Map<string, number>,
  profile_id = `p_${world.random.below(PROFILES)}`,
): MembershipChanged {
  const version = (versions.get(profile_id) ?? 0) + 1;
  versions.set(profile_id, version);
  const record = membership({ profile_id, version, segment: world.random.pick(['buyers', 'visitors']) });
  const value = CODEC.encode('segments.membership', record);
  const partition = partitionOf(profile_id, PARTITIONS);
  world.log.append({ topic: 'segments.membership', partition, key: Buffer.from(profile_id), value, headers: {} });
  return record;
}

/** Somebody asks to send a failed delivery again, perhaps for the second time. */
function askForRetry(world: World): void {
  const failed = endings(world).filter(({ status }) => status === 'failed');
  if (failed.length === 0) return;
  const { delivery_id, profile_id } = world.random.pick(failed);
  const value = CODEC.encode('activation.retries', { delivery_id, profile_id, asked_at: 0 });
  const partition = partitionOf(profile_id, PARTITIONS);
  world.log.append({ topic: 'activation.retries', partition, key: Buffer.from(profile_id), value, headers: {} });
}

/** The records of the stage's output, repeats on the wire taken away by origin and sequence. */
function endings(world: World): DeliveryEnded[] {
  const last = new Map<string, number>();
  const ended: DeliveryEnded[] = [];
  for (const { partition, headers, value } of world.log.all('activation.deliveries')) {
    const origin = `${partition}/${String(headers['hilo-origin'])}`;
    const sequence = Number(headers['hilo-seq']);
    if (sequence <= (last.get(origin) ?? 0)) continue;
    last.set(origin, sequence);
    const decoded = CODEC.decode('activation.deliveries', value ?? Buffer.alloc(0));
    if (decoded.ok) ended.push(decoded.value as DeliveryEnded);
  }
  return ended;
}

const isSuperseded = ({ reason }: DeliveryEnded): boolean => reason === 'superseded';

function check(world: World, records: readonly MembershipChanged[], receiver: Receiver, mirror: Mirror): void {
  const wanted = records.flatMap((record) =>
    (record.segment === 'buyers' ? ['crm', 'ads'] : ['crm']).map((key) => deliveryId(key, record)),
  );
  const ended = endings(world);
  const ids = new Set(ended.map(({ delivery_id }) => delivery_id));
  const retried = ended.filter(({ delivery_id }) => mirror.get(delivery_id)?.retry === 'retried');
  const retries = retried.map(({ delivery_id }) => retryId(delivery_id));
  checkEqual(ids, new Set([...wanted, ...retries]), 'deliveries that ended');
  checkEqual(ended.length, ids.size, 'how often deliveries ended');
  for (const { delivery_id, status } of ended) {
    checkEqual(mirror.get(delivery_id)?.status, status, `status of ${delivery_id} in the mirror`);
    if (status === 'delivered') checkEqual(receiver.taken.has(delivery_id), true, `${delivery_id} was taken`);
  }
  // A retry is the newest of its segment; other segments may have gone on meanwhile.
  const lanes = Object.groupBy(ended, ({ destination: key, profile_id, segment }) => `${key}/${profile_id}/${segment}`);
  const ends = new Set<string>();
  for (const [lane, deliveries = []] of Object.entries(lanes)) {
    const newest = Math.max(...deliveries.map(({ membership_version }) => membership_version));
    const [superseded, others] = [deliveries.filter(isSuperseded), deliveries.filter((one) => !isSuperseded(one))];
    const versions = others.map(({ membership_version }) => membership_version);
    checkEqual(
      versions,
      versions.toSorted((a, b) => a - b),
      `order of ${lane}`,
    );
    // What is overtaken ends before what was under way then. The newest change never does so.
    for (const { membership_version } of superseded) checkAbove(newest, membership_version, `superseded in ${lane}`);
    checkEqual(versions.at(-1), newest, `the last of ${lane}`);
  }
  // The first request of a delivery comes after one of every change before it that reached the destination at all.
  const newest = new Map<string, number>();
  for (const { delivery_id, destination: key, record } of receiver.posts) {
    const lane = `${key}/${record.profile_id}/${record.segment}`;
    if (!ends.has(delivery_id)) checkAbove(record.version + 1, newest.get(lane) ?? 0, `first request in ${lane}`);
    ends.add(delivery_id);
    newest.set(lane, Math.max(record.version, newest.get(lane) ?? 0));
  }
}

/** Deliveries and retries to destinations that fail at times. */
export const ACTIVATION: Scenario = {
  name: 'activation',
  meets: ['superseded deliveries', 'retries'],
  async live(seed, watch) {
    const [receiver, mirror, versions]: [Receiver, Mirror, Map<string, number>] = [
      new Receiver(),
      new Map(),
      new Map(),
    ];
    const world = new World({ seed, partitions: PARTITIONS, stages: [stageOf(receiver, mirror)] });
    watch(world);
    const records: MembershipChanged[] = [];
    for (let turn = 0; turn < 2_500; turn += 1) {
      if (world.random.chance(0.04)) records.push(change(world, versions));
      if (world.random.chance(0.01)) askForRetry(world);
      // More changes of one profile than any destination takes at once.
      if (turn === 1_000 || world.random.chance(0.001))
        for (let n = 0; n < 40; n += 1) records.push(change(world, versions, 'p_0'));
      await world.chaos();
    }
    // Retries may be due in hours.
    for (let hours = 0; hours < 6; hours += 1) {
      await world.settle();
      world.scheduler.pass(HOUR_MS);
    }
    await world.settle();
    check(world, records, receiver, mirror);
    const ended = endings(world);
    const retries = ended.filter(({ delivery_id }) => mirror.get(delivery_id)?.retry === 'retried');
    return { 'superseded deliveries': ended.filter(isSuperseded).length, retries: retries.length };
  },
};
