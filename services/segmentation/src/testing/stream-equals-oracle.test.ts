import { JsonText } from '@hilo/behaviour';
import { oracleHolds, questionAt, Random, type RandomCase, randomCase, zoneOf } from '@hilo/behaviour/testing';
import { notEvaluated, type ProfileEvent } from '@hilo/behaviour/version-2';
import type { EventIdentified, MembershipChanged, ProfileChanged, SegmentDefined } from '@hilo/schemas';
import type { KeyedAt, KeyedInput, RecordsRead } from '@hilo/streaming';
import { expect, it } from 'vitest';
import { NO_DEFINITIONS } from '../domain/definitions.ts';
import type { ProfileState } from '../domain/profile-state.ts';
import { decideMembership, type MembershipLogic } from '../processors/decide-membership.ts';
import type { TOPOLOGY } from '../topology.ts';
import { recordOf } from './record-of.ts';
import { A_DEFINITION, A_PROFILE, AN_EVENT } from './records.ts';

type Records = RecordsRead<typeof TOPOLOGY>;

const SEEDS = Number(process.env['HILO_PROPERTY_RUNS'] ?? 1_500);
const FIRST_SEED = Number(process.env['HILO_FIRST_SEED'] ?? 0);
const ASKED = 'asked';
/** Wake-ups followed after the last event. */
const WAKES = 6;

function listRecord(profile_id: string, name: string, endMs: number | null): EventIdentified {
  const until = endMs === null ? {} : { until: new Date(endMs).toISOString() };
  const properties = JSON.stringify({ on: true, ...until });
  return { ...AN_EVENT, profile_id, type: 'list', event: null, name, message_id: name, properties };
}

/** The stage's logic for one profile, driven by the rules of the library, and the oracle beside it. */
class OneProfile {
  readonly #case: RandomCase;
  readonly #logic: MembershipLogic;
  readonly #known: ProfileEvent[] = [];
  readonly #members = new Set<string>();
  readonly #keys: readonly string[];
  #state: ProfileState;
  #definitions = NO_DEFINITIONS;
  #wakeAtMs: number | null = null;
  #nowMs: number;
  #facts: Pick<RandomCase['facts'], 'traits' | 'sinceMs'> = { traits: new JsonText('{}'), sinceMs: new Map() };

  constructor(one: RandomCase) {
    this.#case = one;
    this.#logic = decideMembership(zoneOf(one.zoneName));
    this.#state = this.#logic.initial(one.facts.birthId);
    this.#nowMs = Math.min(one.momentMs, ...one.events.map(({ receivedAtMs }) => receivedAtMs));
    // A name of a segment that does not exist yet holds for nobody.
    const conditions = new Map([[ASKED, one.condition], ...one.segments]);
    this.#keys = [...conditions.keys()];
    for (const [segment, condition] of conditions) {
      const definition = JSON.stringify(condition);
      const decided_at = this.#keys.indexOf(segment) + 1;
      const value: SegmentDefined = {
        ...A_DEFINITION,
        segment,
        version: 1,
        name: '',
        definition,
        decided_at,
        number: decided_at,
      };
      const { shared } = this.#logic;
      if (shared === undefined) throw new Error('the stage has no definitions');
      const after = shared.apply(this.#definitions, this.#record('segments.definitions', segment, value), () => ({}));
      this.#definitions = shared.codec.decode(shared.codec.encode(after));
    }
  }

  /** Follows the history, and then time; the first difference from the oracle, or null. */
  difference(random: Random): string | null {
    const { events, facts } = this.#case;
    const turn = random.whole(0, events.length);
    for (const [list, endMs] of facts.lists) {
      this.#feed(this.#record('events.identified', facts.birthId, listRecord(facts.birthId, list, endMs)));
    }
    for (const [index, event] of [...events, null].entries()) {
      if (index === turn) {
        const texts = {
          traits: facts.traits.text,
          traits_since: JSON.stringify(Object.fromEntries(facts.sinceMs)),
        };
        const event_time = this.#nowMs;
        const profile: ProfileChanged = { ...A_PROFILE, profile_id: facts.birthId, version: 1, ...texts, event_time };
        this.#facts = { traits: facts.traits, sinceMs: facts.sinceMs };
        this.#feed(this.#record('profiles.changed', facts.birthId, profile));
      }
      if (event === null) break;
      this.#advance(Math.max(this.#nowMs, event.receivedAtMs));
      this.#known.push(event);
      this.#feed(this.#record('events.identified', facts.birthId, recordOf(facts.birthId, event)));
      const found = this.#found();
      if (found !== null) return found;
    }
    this.#advance(Math.max(this.#nowMs, this.#case.momentMs));
    let found = this.#found();
    for (let wake = 0; wake < WAKES && found === null && this.#wakeAtMs !== null; wake += 1) {
      const nextMs = this.#wakeAtMs;
      this.#advance(Math.max(this.#nowMs, nextMs - 1));
      found = this.#found();
      this.#advance(Math.max(this.#nowMs, nextMs));
      found ??= this.#found();
    }
    return found;
  }

  #found(): string | null {
    const momentMs = Math.max(this.#nowMs, this.#state.momentMs);
    const { segments, condition, facts, zoneName } = this.#case;
    const events = [...this.#known];
    const known = { facts: { ...facts, ...this.#facts }, events, zoneName, segments };
    for (const key of this.#keys) {
      const asked = { condition: key === ASKED ? condition : (segments.get(key) ?? condition), ...known };
      const holds = oracleHolds(questionAt(asked, momentMs));
      if (holds === this.#members.has(key)) continue;
      const at = new Date(momentMs).toISOString();
      return `seed ${this.#case.seed}, ${key} at ${at} after ${events.length} events: ${holds}, but not published`;
    }
    return null;
  }

  #advance(toMs: number): void {
    for (let wake = 0; this.#wakeAtMs !== null && this.#wakeAtMs <= toMs; wake += 1) {
      if (wake > 10_000) throw new Error('the profile wakes up again and again');
      this.#nowMs = Math.max(this.#nowMs, this.#wakeAtMs);
      const key = this.#case.facts.birthId;
      this.#feed({ kind: 'wake', partition: 0, key, due_ms: this.#wakeAtMs });
    }
    this.#nowMs = toMs;
  }

  #feed(input: KeyedInput<Records>): void {
    const at: KeyedAt = { nowMs: this.#nowMs, momentMs: this.#nowMs };
    const key = this.#case.facts.birthId;
    const { state } = this.#logic.apply(this.#state, input, at, this.#definitions);
    const published = this.#logic.publish(key, state, input, at, this.#definitions);
    for (const outcome of published.outcomes) {
      if (outcome.kind !== 'forward' || outcome.topic !== 'segments.membership') continue;
      const { segment, status } = outcome.value as MembershipChanged;
      if (status === 'entered') this.#members.add(segment);
      else this.#members.delete(segment);
    }
    this.#state = this.#logic.codec.decode(this.#logic.codec.encode(published.state));
    this.#wakeAtMs = published.wakeAtMs;
  }

  #record<T extends keyof Records & string>(topic: T, key: string, value: Records[T]) {
    return { kind: 'record', topic, partition: 0, offset: 0, key, value, timestamp_ms: this.#nowMs } as const;
  }
}

it('the stage publishes what the oracle says, after every event and at every edge of time', () => {
  const differences: string[] = [];
  let asked = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS && differences.length < 5; seed += 1) {
    const one = randomCase(seed);
    const conditions = [one.condition, ...one.segments.values()];
    if (conditions.some((condition) => notEvaluated(condition).length > 0)) continue;
    if (one.eventsKept !== undefined) continue;
    asked += 1;
    const found = new OneProfile(one).difference(new Random(seed));
    if (found !== null) differences.push(found);
  }
  expect(differences).toEqual([]);
  expect(asked).toBeGreaterThan(SEEDS / 4);
}, 600_000);
