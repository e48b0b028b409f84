import type { Condition, DidCondition } from '@hilo/behaviour';
import type { EventIdentified, MembershipChanged, ProfileChanged, SegmentDefined } from '@hilo/schemas';
import type { KeyedAt, KeyedInput, Outcome, RecordInput, RecordsRead } from '@hilo/streaming';
import { type Definitions, NO_DEFINITIONS } from '../domain/definitions.ts';
import type { ProfileState } from '../domain/profile-state.ts';
import type { MembershipLogic } from '../processors/decide-membership.ts';
import type { TOPOLOGY } from '../topology.ts';
import { lengthMs, type NaiveEvent, naiveHolds } from './naive-evaluation.ts';
import { A_DEFINITION, A_MERGE, A_PROFILE, AN_EVENT } from './records.ts';

type Records = RecordsRead<typeof TOPOLOGY>;

/** An event of the world, the profile as it was known when it arrived, and its place in the order of all steps. */
interface RememberedEvent extends NaiveEvent {
  readonly profile_id: string;
  readonly order: number;
}

/** A merge whose handover has not reached the survivor yet. */
interface PendingMerge {
  readonly merge_id: string;
  readonly absorbed: string;
  readonly survivor: string;
}

/**
 * A small world around the stage's logic. It feeds the logic by the rules of `KeyedLogic` (handovers, silence while one
 * is awaited, wakes, sweeps) and remembers every event, so that each answer can be computed again from scratch.
 */
export class World {
  nowMs: number;
  readonly changes: MembershipChanged[] = [];
  readonly states = new Map<string, ProfileState>();
  readonly wakeAtMs = new Map<string, number | null>();
  readonly toSweep: string[] = [];
  private readonly logic: MembershipLogic;
  private definitions: Definitions = NO_DEFINITIONS;
  private readonly events: RememberedEvent[] = [];
  private readonly traits = new Map<string, unknown>();
  private readonly profileVersions = new Map<string, number>();
  private readonly conditions = new Map<string, Condition>();
  private readonly versions = new Map<string, number>();
  private readonly countingFrom = new Map<string, number>();
  /** For each count the most that its conditions asked for at all times since it began. */
  private readonly covered = new Map<string, Need>();
  private readonly redirects = new Map<string, string>();
  private readonly pending: PendingMerge[] = [];
  private order = 0;
  private savedMs = 0;

  constructor(logic: MembershipLogic, startMs: number) {
    this.logic = logic;
    this.nowMs = startMs;
  }

  /** A track call of the profile (or of its survivor). */
  event(
    profile_id: string,
    event: string,
    properties: unknown,
    timeMs: number,
    absorbed: EventIdentified['absorbed'] = [],
  ): void {
    this.order += 1;
    this.events.push({ profile_id, event, properties, timeMs, order: this.order });
    const value: EventIdentified = {
      ...AN_EVENT,
      profile_id,
      event,
      absorbed,
      message_id: `m-${this.order}`,
      properties: properties === null ? null : JSON.stringify(properties),
      timestamp: timeMs,
      received_at: this.nowMs,
    };
    this.feed(this.home(profile_id), this.record('events.identified', profile_id, value));
  }

  /** The profile service publishes the traits. */
  profile(profile_id: string, traits: object): void {
    const version = (this.profileVersions.get(profile_id) ?? 0) + 1;
    this.profileVersions.set(profile_id, version);
    this.traits.set(profile_id, traits);
    const value: ProfileChanged = {
      ...A_PROFILE,
      profile_id,
      version,
      traits: JSON.stringify(traits),
      identifiers: [{ type: 'user_id', value: `u-${profile_id}` }],
      message_id: `t-${version}`,
      event_time: this.nowMs,
    };
    this.feed(this.home(profile_id), this.record('profiles.changed', profile_id, value));
  }

  /** Saves or (null) deletes a segment; `sweep` visits the profiles. */
  define(segment: string, condition: Condition | null): void {
    const version = (this.versions.get(segment) ?? 0) + 1;
    this.versions.set(segment, version);
    if (condition === null) this.conditions.delete(segment);
    else this.conditions.set(segment, condition);
    this.order += 1;
    this.savedMs = Math.max(this.savedMs + 1, this.nowMs);
    const asked = new Set([...this.conditions.values()].flatMap(dids).map(countingName));
    for (const name of asked) if (!this.countingFrom.has(name)) this.countingFrom.set(name, this.order);
    for (const name of this.countingFrom.keys()) if (!asked.has(name)) this.countingFrom.delete(name);
    this.cover();
    const value: SegmentDefined = {
      ...A_DEFINITION,
      segment,
      version,
      name: segment,
      definition: condition === null ? null : JSON.stringify(condition),
      decided_at: this.savedMs,
      number: this.order,
    };
    const definitions = this.logic.shared?.apply(
      this.definitions,
      this.record('segments.definitions', segment, value),
      () => ({}),
    );
    if (definitions !== undefined && this.logic.shared !== undefined) {
      this.definitions = this.logic.shared.codec.decode(this.logic.shared.codec.encode(definitions));
    }
    for (const key of this.states.keys()) this.toSweep.push(key);
  }

  /** Visits every profile that a change of definitions has left to visit. */
  sweep(): void {
    for (const key of this.toSweep.splice(0)) {
      if (this.states.has(key)) this.feed(key, { kind: 'sweep', partition: 0, key });
    }
  }

  /** An event of `survivor` merges `absorbed` into it; the handover arrives when `handOver` is called. */
  merge(absorbed: string, survivor: string): void {
    const merge_id = `merge-${absorbed}-${survivor}`;
    this.pending.push({ merge_id, absorbed, survivor });
    this.event(survivor, 'merging', null, this.nowMs, [{ merge_id, profile_id: absorbed }]);
  }

  /**
   * The oldest pending merge's notice reaches the absorbed profile, and its state the survivor. False: none is pending.
   */
  handOver(): boolean {
    const merge = this.pending[0];
    if (merge === undefined) return false;
    const { merge_id, absorbed, survivor } = merge;
    const state = this.states.get(absorbed) ?? this.logic.initial(absorbed);
    const notice = this.record('identity.merges', absorbed, { ...A_MERGE, merge_id, absorbed, survivor });
    this.take(this.logic.merge?.farewell(absorbed, state, notice, this.at()) ?? []);
    this.states.delete(absorbed);
    this.wakeAtMs.delete(absorbed);
    this.redirects.set(absorbed, survivor);
    this.pending.shift();
    const own = this.states.get(survivor) ?? this.logic.initial(survivor);
    this.states.set(survivor, this.logic.merge?.combine(own, state) ?? own);
    this.feed(survivor, { kind: 'handover', partition: 0, key: survivor, from_key: absorbed, merge_id });
    return true;
  }

  /** Lets time pass, waking each profile when it asked for it, `lagMs` late. */
  advance(lengthMs: number, lagMs = 0): void {
    const endMs = this.nowMs + lengthMs;
    for (;;) {
      const next = [...this.wakeAtMs].filter(([key, due]) => due !== null && due + lagMs <= endMs && !this.waits(key));
      const [first] = next.sort(([, a], [, b]) => (a as number) - (b as number));
      if (first === undefined) break;
      const [key, due] = first as [string, number];
      this.nowMs = Math.max(this.nowMs, due + lagMs);
      this.feed(key, { kind: 'wake', partition: 0, key, due_ms: due });
    }
    this.nowMs = Math.max(this.nowMs, endMs);
  }

  /** Segments of each profile, as published. */
  published(): Map<string, readonly string[]> {
    const members = new Map<string, Set<string>>();
    const versions = new Map<string, number>();
    for (const { profile_id, segment, status, version } of this.changes) {
      if (version <= (versions.get(profile_id) ?? 0))
        throw new Error(`version ${version} of ${profile_id} does not grow`);
      versions.set(profile_id, version);
      const segments = members.get(profile_id) ?? new Set();
      members.set(profile_id, segments);
      if (segments.has(segment) === (status === 'entered')) throw new Error(`${profile_id} ${status} ${segment} twice`);
      if (status === 'entered') segments.add(segment);
      else segments.delete(segment);
    }
    return new Map([...members].map(([key, segments]) => [key, [...segments].sort()]));
  }

  /** Segments of each profile that has a state and waits for neither a handover nor a late wake, from scratch. */
  expected(): Map<string, readonly string[]> {
    const keys = [...this.states.keys()].filter((key) => !this.waits(key) && !this.overdue(key));
    const segments = [...this.conditions.keys()].sort();
    return new Map(keys.map((key) => [key, segments.filter((one) => this.naive(key, one, this.momentOf(key)))]));
  }

  /** The moment for which the profile is decided: its own events may put it ahead of the time. */
  momentOf(profile_id: string): number {
    return Math.max(this.nowMs, this.states.get(profile_id)?.momentMs ?? 0);
  }

  /** The answer from scratch, as of a moment, with the events and traits known now. */
  naive(profile_id: string, segment: string, at_ms: number): boolean {
    const condition = this.conditions.get(segment) as Condition;
    const own = this.events.filter((event) => this.home(event.profile_id) === profile_id);
    const counted = (did: DidCondition): readonly NaiveEvent[] => {
      const from = this.countingFrom.get(countingName(did)) ?? Number.POSITIVE_INFINITY;
      return own.filter(({ order }) => order > from);
    };
    return naiveHolds(condition, this.traits.get(profile_id) ?? {}, counted, at_ms);
  }

  /**
   * Whether all that the segment asks for was kept since its counts began. If a condition asks for more than others did
   * before, it counts what they left, and the answer from scratch is another.
   */
  isCovered(segment: string): boolean {
    const condition = this.conditions.get(segment);
    return (
      condition === undefined ||
      dids(condition).every((did) => isWithin(needOf(did), this.covered.get(countingName(did))))
    );
  }

  private cover(): void {
    const asked = new Map<string, Need>();
    for (const did of [...this.conditions.values()].flatMap(dids)) {
      const name = countingName(did);
      asked.set(name, most(asked.get(name) ?? NO_NEED, needOf(did)));
    }
    for (const name of this.covered.keys()) if (!asked.has(name)) this.covered.delete(name);
    for (const [name, need] of asked) this.covered.set(name, least(this.covered.get(name) ?? need, need));
  }

  private at(): KeyedAt {
    return { nowMs: this.nowMs, momentMs: this.nowMs };
  }

  private feed(key: string, input: KeyedInput<Records>): void {
    const at = this.at();
    const before = this.states.get(key) ?? this.logic.initial(key);
    const { state, outcomes } = this.logic.apply(before, input, at, this.definitions);
    this.take(outcomes ?? []);
    if (this.waits(key)) {
      this.states.set(key, state);
      return;
    }
    const published = this.logic.publish(key, state, input, at, this.definitions);
    this.take(published.outcomes);
    this.states.set(key, this.logic.codec.decode(this.logic.codec.encode(published.state)));
    this.wakeAtMs.set(key, published.wakeAtMs);
  }

  private take(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      if (outcome.kind === 'dead-letter') throw new Error(outcome.message);
      if (outcome.kind === 'forward' && outcome.topic === 'segments.membership') {
        this.changes.push(outcome.value as MembershipChanged);
      }
    }
  }

  private waits(key: string): boolean {
    return this.pending.some(({ survivor }) => survivor === key);
  }

  private overdue(key: string): boolean {
    const wakeAtMs = this.wakeAtMs.get(key) ?? null;
    return wakeAtMs !== null && wakeAtMs <= this.nowMs;
  }

  private home(profile_id: string): string {
    const next = this.redirects.get(profile_id);
    return next === undefined ? profile_id : this.home(next);
  }

  private record<T extends keyof Records & string>(
    topic: T,
    key: string,
    value: Records[T],
  ): RecordInput<T, Records[T]> {
    return { kind: 'record', topic, partition: 0, offset: this.order, key, value, timestamp_ms: this.nowMs };
  }
}

function dids(condition: Condition): readonly DidCondition[] {
  if ('did' in condition) return [condition];
  if ('trait' in condition) return [];
  return 'not' in condition ? dids(condition.not) : ('all' in condition ? condition.all : condition.any).flatMap(dids);
}

/** What conditions share a count by: the same events, whatever window and number they ask for. */
function countingName({ did, where = [] }: DidCondition): string {
  return JSON.stringify([did, where.map((test) => JSON.stringify(test)).sort()]);
}

/** How much a condition needs remembered: so many of the newest events inside a window, or a count of all. */
interface Need {
  readonly newest: number;
  readonly windowMs: number;
  readonly count: number;
}

const NO_NEED: Need = { newest: 0, windowMs: 0, count: 0 };

function needOf({ count = { gte: 1 }, within }: DidCondition): Need {
  const [[operator, bound]] = Object.entries(count) as [[string, number]];
  const needed = operator === 'gte' || operator === 'lt' ? bound : bound + 1;
  if (within === undefined) return { ...NO_NEED, count: needed };
  return needed === 0 ? NO_NEED : { newest: needed, windowMs: lengthMs(within), count: 0 };
}

function combined(one: Need, other: Need, pick: (a: number, b: number) => number): Need {
  return {
    newest: pick(one.newest, other.newest),
    windowMs: pick(one.windowMs, other.windowMs),
    count: pick(one.count, other.count),
  };
}

const most = (one: Need, other: Need): Need => combined(one, other, Math.max);
const least = (one: Need, other: Need): Need => combined(one, other, Math.min);

function isWithin(need: Need, covered: Need = NO_NEED): boolean {
  return need.newest <= covered.newest && need.windowMs <= covered.windowMs && need.count <= covered.count;
}
