import { bodyAfterLostCommits } from '../../infra/backup/checkpoints.ts';
import type { Logger } from '@hilo/streaming';
import {
  decodeCheckpoint,
  encodeCheckpoint,
  LEASE_MS,
  MemoryDatabase,
  MemoryLog,
  shareOf,
} from '@hilo/streaming/testing';
import type { SimConsumer, Surroundings, Weather } from './faults.ts';
import { Random } from './random.ts';
import { type Actor, Scheduler } from './scheduler.ts';

/** An instance in the world. */
export interface Booted {
  readonly runtime: { start(): Promise<void>; step(waitMs: number): Promise<void> };
  readonly consumer: SimConsumer;
}

/** A stage of a world: how to start an instance of it. */
export interface SimStage {
  readonly name: string;
  readonly sources: readonly string[];
  readonly instances: number;
  boot(dependencies: {
    around: Surroundings;
    owner: string;
    logger: Logger;
    log: MemoryLog;
    database: MemoryDatabase;
  }): Booted;
}

interface Member extends Actor {
  readonly stage: SimStage;
  readonly consumer: SimConsumer;
  /** Of the newest assignment delivered. */
  generation: number;
}

/** Where the clocks of all worlds start. */
export const START_MS = 1_700_000_000_000;
const SESSION_MS = 3_000;
/** A world that has nothing left to do is at rest after so many turns without a commit. */
const QUIET_TURNS = 160;
const CHAOS = {
  fault: 0.08,
  kill: 0.004,
  freeze: 0.004,
  rebalance: 0.003,
  pause: 0.25,
  jump: 0.002,
  stall: 0.001,
  lapse: 0.0006,
};
/** The longest standstill of a whole stage: longer than the windows of the tests. */
const STALL_MS = 60_000;
/** How far behind a standby can be when it takes over. */
const LAPSE_MS = 5_000;
/** The longest time until somebody repairs a partition that is not started. */
const REPAIR_MS = 30_000;

/**
 * Stages with several instances each on one log, everything in memory, everything decided by a seed: the order of all
 * events, kills, long pauses, stages that stand still, rebalances, faults of store and broker, leaps of time.
 */
export class World {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly log: MemoryLog;
  readonly databases = new Map<string, MemoryDatabase>();
  readonly #weather: Weather;
  readonly #trace: string[] | null = process.env['HILO_TRACE'] === undefined ? null : [];
  readonly #stages: readonly SimStage[];
  readonly #expected: ReadonlySet<string>;
  readonly #lapses: boolean;
  #isLapsing = false;
  /** Repaired partitions, with the incarnation that each got last. */
  readonly repaired = new Map<string, NotStartedFields & { readonly incarnation: string }>();
  #members: Member[] = [];
  #born = 0;
  #generation = 0;
  #broken: Error | null = null;

  /** `expected`: errors that a stage may log and continue. `lapses`: the stores sometimes lose their last commits. */
  constructor(options: {
    seed: number;
    partitions: number;
    stages: readonly SimStage[];
    expected?: readonly string[];
    lapses?: boolean;
  }) {
    this.#lapses = options.lapses ?? false;
    // A comparison with the log cannot find what arrives later (ADR 36).
    const sendsEndMs = this.#lapses ? LEASE_MS : null;
    this.#weather = { fault: CHAOS.fault, server: { unavailableUntilMs: 0, count: 1 }, sendsEndMs };
    this.#expected = new Set(options.expected);
    this.random = new Random(options.seed);
    this.scheduler = new Scheduler(this.random, START_MS);
    this.log = new MemoryLog(options.partitions, this.scheduler);
    this.#stages = options.stages;
    for (const stage of options.stages) {
      this.databases.set(stage.name, new MemoryDatabase());
      for (let count = 0; count < stage.instances; count += 1) this.#bear(stage);
      this.#rebalance(stage);
    }
  }

  /** The last things that happened, a line each, where `HILO_TRACE` is set. */
  lastOfTrace(): string {
    return this.#trace === null ? '' : `\n${this.#trace.slice(-800).join('\n')}`;
  }

  database(stage: string): MemoryDatabase {
    const database = this.databases.get(stage);
    if (database === undefined) throw new Error(`there is no stage ${stage}`);
    return database;
  }

  /** One step, and perhaps a misfortune. Throws once an instance ended by a bug. */
  async chaos(): Promise<void> {
    const { random, scheduler } = this;
    if (random.chance(CHAOS.pause)) scheduler.pass(random.below(12));
    if (random.chance(CHAOS.jump)) scheduler.pass(random.below(60_000));
    if (random.chance(CHAOS.kill)) this.#kill(random.pick(this.#members));
    if (random.chance(CHAOS.freeze)) this.#freeze(random.pick(this.#members));
    if (random.chance(CHAOS.stall)) this.#stall(random.pick(this.#stages));
    if (random.chance(CHAOS.rebalance)) this.#rebalance(random.pick(this.#stages));
    if (this.#lapses && random.chance(CHAOS.lapse)) this.#lapse();
    await this.#turn();
  }

  /** Misfortune stops for a while: every stage runs until it has read all and has nothing left to do. */
  async settle(): Promise<void> {
    this.#weather.fault = 0;
    for (const member of this.#members) member.frozenUntilMs = 0;
    for (const stage of this.#stages) this.#rebalance(stage);
    await this.#calm();
    // Instances that wait before the next attempt make it, and calls happen that were given up long ago.
    this.scheduler.pass(30_000);
    while (this.scheduler.lateCalls > 0) await this.#turn();
    await this.#calm();
    this.#weather.fault = CHAOS.fault;
  }

  /** Runs until nothing is left to do and no instance has committed anything for a while. */
  async #calm(): Promise<void> {
    let commits = -1;
    for (let turns = 0, quiet = 0; quiet < QUIET_TURNS; turns += 1) {
      if (turns > 60_000) throw new Error(`the world does not come to rest: ${this.#unrest().join(', ')}`);
      if (turns % 4 === 0) this.scheduler.pass(10);
      await this.#turn();
      quiet += 1;
      if (turns % 20 !== 0) continue;
      const now = this.#commits();
      if (now !== commits || this.#unrest().length > 0) quiet = 0;
      commits = now;
    }
  }

  /** How many commits all stages have made. */
  #commits(): number {
    let sum = 0;
    for (const { partitions } of this.databases.values())
      for (const { checkpoint } of partitions.values()) sum += checkpoint.revision;
    return sum;
  }

  async #turn(): Promise<void> {
    await this.scheduler.turn();
    if (this.#broken !== null) throw this.#broken;
  }

  /** What is still to be done, by stage. */
  #unrest(): string[] {
    const nowMs = this.scheduler.nowMs();
    return this.#stages.flatMap(({ name, sources }) => {
      const { partitions, states } = this.database(name);
      const unrest: string[] = [];
      for (let partition = 0; partition < this.log.partitions; partition += 1) {
        const checkpoint = partitions.get(partition)?.checkpoint;
        for (const topic of sources) {
          const end = this.log.read(topic, partition).length;
          const next = checkpoint?.offsets[topic] ?? 0;
          if (next < end) unrest.push(`${name} is at ${next} of ${end} in ${topic}/${partition}`);
        }
        if (checkpoint !== undefined && checkpoint.sweep_after !== null) unrest.push(`${name} sweeps ${partition}`);
        if (checkpoint !== undefined && checkpoint.intent !== null) unrest.push(`${name} loads ${partition}`);
      }
      for (const { key, due_ms, protocol } of states.values()) {
        if (due_ms !== null && due_ms <= nowMs) unrest.push(`${key} of ${name} is due ${nowMs - due_ms} ${protocol}`);
      }
      return unrest;
    });
  }

  #note(line: () => string): void {
    this.#trace?.push(`${this.scheduler.nowMs() - START_MS} ${line()}`);
  }

  #bear(stage: SimStage): void {
    this.#born += 1;
    const owner = `${stage.name}-${this.#born}`;
    const actor: Actor = { name: owner, dead: false, frozenUntilMs: 0 };
    const { random, scheduler, log } = this;
    const around: Surroundings = { random, scheduler, weather: this.#weather, actor };
    const database = this.database(stage.name);
    const { runtime, consumer } = stage.boot({ around, owner, logger: this.#loggerOf(owner), log, database });
    this.#members.push(Object.assign(actor, { stage, consumer, generation: 0 }));
    void this.#live(actor, runtime);
  }

  async #live(actor: Actor, runtime: Booted['runtime']): Promise<void> {
    try {
      await runtime.start();
      while (!actor.dead) {
        await this.scheduler.wait(actor);
        await runtime.step(0);
      }
    } catch (error) {
      this.#broken ??= new Error(`${actor.name} ended`, { cause: error });
    }
  }

  #loggerOf(owner: string): Logger {
    const note = (fields: object, message: string) => this.#note(() => `${owner} ${message} ${JSON.stringify(fields)}`);
    return {
      info: note,
      warn: note,
      error: (fields, message) => {
        note(fields, message);
        if (this.#expected.has(message)) return;
        if (this.#weather.server.count > 1 && wentBack(fields))
          return this.scheduler.later(REPAIR_MS, () => this.#repair(fields));
        this.#broken ??= new Error(`${owner}: ${message} ${JSON.stringify(fields)}`);
      },
    };
  }

  #kill(member: Member): void {
    this.#note(() => `${member.name} killed`);
    member.dead = true;
    this.#members = this.#members.filter((other) => other !== member);
    this.#bear(member.stage);
    this.scheduler.later(2 * SESSION_MS, () => this.#rebalance(member.stage));
  }

  #freeze(member: Member): void {
    const frozenMs = this.random.between(50, 4 * SESSION_MS);
    this.#note(() => `${member.name} frozen for ${frozenMs}`);
    member.frozenUntilMs = this.scheduler.nowMs() + frozenMs;
    if (frozenMs < SESSION_MS) return;
    this.scheduler.later(SESSION_MS, () => this.#rebalance(member.stage));
    this.scheduler.later(6 * SESSION_MS, () => this.#rebalance(member.stage));
  }

  /** All instances of a stage stand still, while everything else goes on. */
  #stall(stage: SimStage): void {
    const until_ms = this.scheduler.nowMs() + this.random.between(1_000, STALL_MS);
    this.#note(() => `${stage.name} stands still until ${until_ms - START_MS}`);
    for (const member of this.#members) if (member.stage === stage) member.frozenUntilMs = until_ms;
    this.scheduler.later(6 * SESSION_MS, () => this.#rebalance(stage));
  }

  /**
   * All stores are on one server. It dies, and a standby that was behind takes over: the commits since then are lost.
   * That takes longer than a lease.
   */
  #lapse(): void {
    if (this.#isLapsing) return;
    this.#isLapsing = true;
    const copies = [...this.databases.values()].map((database) => ({ database, copy: database.copy() }));
    this.scheduler.later(LAPSE_MS, () => {
      const unavailableUntilMs = this.scheduler.nowMs() + this.random.between(LEASE_MS, 4 * LEASE_MS);
      this.#note(() => `a standby takes over at ${unavailableUntilMs - START_MS}`);
      for (const { database, copy } of copies) database.becomes(copy);
      // The repair is lost, too, and the alert stands.
      for (const one of this.repaired.values()) {
        const checkpoint = this.database(one.stage).partitions.get(one.partition)?.checkpoint;
        if (checkpoint?.incarnation === one.incarnation) continue;
        this.scheduler.later(REPAIR_MS, () => this.#repair(one));
      }
      this.#weather.server = { unavailableUntilMs, count: this.#weather.server.count + 1 };
      this.#isLapsing = false;
    });
  }

  /** Somebody looked at the alert, and accepts that the commits are lost. */
  #repair({ stage, partition }: NotStartedFields): void {
    const stored = this.database(stage).partitions.get(partition);
    // The standby may not even know the partition, until an instance takes it over. The alert stands, so somebody tries again.
    if (stored === undefined) return this.scheduler.later(REPAIR_MS, () => this.#repair({ stage, partition }));
    const { checkpoint } = stored;
    const position = { stage, partition, offsets: checkpoint.offsets, body: encodeCheckpoint(checkpoint) };
    const report = this.log.reports(stage, [partition]).get(partition);
    const incarnations = report === undefined ? [] : [report.incarnation];
    const body = bodyAfterLostCommits(position, report?.offsets ?? {}, incarnations);
    stored.checkpoint = decodeCheckpoint(checkpoint.revision + 1, body);
    stored.epoch += 1;
    const { incarnation } = stored.checkpoint;
    this.repaired.set(`${stage}/${partition}`, { stage, partition, incarnation });
    this.#note(() => `${stage}/${partition} was repaired`);
  }

  /** Reassigns the partitions among those that seem alive. Each finds out when it asks. */
  #rebalance(stage: SimStage): void {
    this.#generation += 1;
    const generation = this.#generation;
    const nowMs = this.scheduler.nowMs();
    const alive = this.#members.filter((member) => member.stage === stage && member.frozenUntilMs <= nowMs);
    for (const [index, member] of this.random.shuffled(alive).entries()) {
      const share = shareOf(index, alive.length, this.log.partitions);
      this.scheduler.later(200, () => {
        if (member.generation > generation) return;
        member.generation = generation;
        member.consumer.assign(share);
      });
    }
  }
}

interface NotStartedFields {
  readonly stage: string;
  readonly partition: number;
}

function wentBack(fields: object): fields is NotStartedFields {
  return 'reason' in fields && fields.reason === 'store_went_back';
}
