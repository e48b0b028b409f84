import type { StageName } from '@hilo/schemas';

/** An event as it was identified. Times in milliseconds. */
export interface FoundEvent {
  readonly source: string;
  readonly type: string;
  readonly event: string | null;
  readonly name: string | null;
  readonly user_id: string | null;
  readonly anonymous_id: string | null;
  readonly via: string;
  readonly timestamp_ms: number;
  readonly received_at_ms: number;
  /** The profile that it was recorded for. */
  readonly profile_id: string;
  readonly linked: readonly FoundIdentifier[];
  readonly set_aside: readonly FoundIdentifier[];
}

/** An identifier of an event. */
export interface FoundIdentifier {
  readonly type: string;
  readonly value: string;
}

/** A rejection, or a duplicate of an event that was accepted. */
export interface FoundRejection {
  readonly rejection_id: string;
  readonly state: string;
  readonly source: string;
  readonly reason: string;
  readonly field: string;
  readonly message: string;
  readonly type: string | null;
  readonly via: string;
  readonly received_at_ms: number;
  /** What came in, cut; in base64 where it is no text. */
  readonly original: string | null;
  readonly original_encoding: 'utf8' | 'base64' | '';
}

/** A merge that the event caused. */
export interface FoundMerge {
  readonly source: string;
  readonly absorbed: string;
  readonly survivor: string;
  readonly rule: string;
  readonly decided_at_ms: number;
}

/** A trait that the event set. Values are JSON texts. */
export interface FoundTraitChange {
  readonly source: string;
  readonly profile_id: string;
  readonly trait: string;
  readonly value: string | null;
  readonly previous: string | null;
  readonly decided_at_ms: number;
}

/** A segment that a profile entered or left because of the event. */
export interface FoundMembershipChange {
  readonly profile_id: string;
  readonly segment: string;
  readonly status: 'entered' | 'exited';
  readonly reason: string;
  readonly version: number;
  /** True where it was decided while an origin that stood still was left out. */
  readonly unproven: boolean;
  readonly decided_at_ms: number;
}

/** How a delivery of such a change ended. */
export interface FoundDelivery {
  readonly profile_id: string;
  readonly delivery_id: string;
  readonly destination: string;
  readonly segment: string;
  readonly membership_status: 'entered' | 'exited';
  readonly status: 'delivered' | 'filtered' | 'failed';
  readonly reason: string;
  readonly attempts: number;
  readonly response_status: number | null;
  readonly created_at_ms: number;
  readonly ended_at_ms: number;
}

/** Everything in the history that has a messageId, of any source. */
export interface MessageFacts {
  /** The newest first, as in the lists below. */
  readonly events: readonly FoundEvent[];
  readonly rejections: readonly FoundRejection[];
  readonly merges: readonly FoundMerge[];
  readonly trait_changes: readonly FoundTraitChange[];
  readonly membership_changes: readonly FoundMembershipChange[];
  readonly deliveries: readonly FoundDelivery[];
  /** Of the profiles in the lists, those that were absorbed, with their survivors now. */
  readonly survivors: ReadonlyMap<string, string>;
  /** True where a list has more than is read. */
  readonly is_cut: boolean;
}

/**
 * What a stage made of the event, as far as the history knows. `not_seen`: nothing of it is there yet. `none_so_far`: the
 * stage has not answered with anything, which may be because there is nothing to answer. `not_reached`: it never comes
 * there, since it was not accepted.
 */
export type StageState =
  | 'not_seen'
  | 'accepted'
  | 'rejected'
  | 'duplicate'
  | 'identified'
  | 'changed'
  | 'ended'
  | 'none_so_far'
  | 'not_reached';

/** A stage on the way of an event. */
export interface StageOnTheWay {
  readonly stage: Exclude<StageName, 'history'>;
  readonly state: StageState;
  /** How many records of the stage concern it: traits, segments, deliveries. */
  readonly count: number;
  /** Time of the first of them. */
  readonly at_ms: number | null;
}

/** The way of one event of one source. */
export interface MessageWay extends Omit<MessageFacts, 'survivors'> {
  /** Null where nothing has the messageId. */
  readonly source: string | null;
  /** Every source that has an event with this messageId. */
  readonly sources: readonly string[];
  readonly state: 'not_seen' | 'accepted' | 'rejected' | 'duplicate';
  /** The surviving profile; null until it is identified. */
  readonly profile_id: string | null;
  readonly stages: readonly StageOnTheWay[];
}

/**
 * The way of an event through the stages. A messageId is unique within its source: without a source the one that was
 * accepted last is taken, else the one rejected last. What carries no source (membership changes, deliveries) is the
 * event's where it is about the event's profile.
 */
export function messageWay(facts: MessageFacts, wantedSource: string | null): MessageWay {
  const sources = [...new Set([...facts.events, ...facts.rejections].map(({ source }) => source))];
  const source = wantedSource ?? sources[0] ?? null;
  const ofSource = <T extends { readonly source: string }>(list: readonly T[]): readonly T[] =>
    list.filter((one) => one.source === source);
  const events = ofSource(facts.events);
  const survivor = (profile_id: string): string => facts.survivors.get(profile_id) ?? profile_id;
  const profiles = new Set(events.map(({ profile_id }) => survivor(profile_id)));
  const ofProfiles = <T extends { readonly profile_id: string }>(list: readonly T[]): readonly T[] =>
    list.filter((one) => profiles.has(survivor(one.profile_id)));
  const [newest] = events;
  const way = {
    source,
    sources,
    profile_id: newest === undefined ? null : survivor(newest.profile_id),
    events,
    rejections: ofSource(facts.rejections),
    merges: ofSource(facts.merges),
    trait_changes: ofSource(facts.trait_changes),
    membership_changes: ofProfiles(facts.membership_changes),
    deliveries: ofProfiles(facts.deliveries),
    is_cut: facts.is_cut,
  };
  return { ...way, state: stateOf(way), stages: stagesOf(way) };
}

type Lists = Omit<MessageWay, 'state' | 'stages'>;

function stateOf({ events, rejections }: Lists): MessageWay['state'] {
  if (events.length > 0) return 'accepted';
  const [last] = rejections;
  if (last === undefined) return 'not_seen';
  return last.state === 'duplicate' ? 'duplicate' : 'rejected';
}

function stagesOf(way: Lists): readonly StageOnTheWay[] {
  const state = stateOf(way);
  const { events, rejections, trait_changes, membership_changes, deliveries } = way;
  const received = (events.length > 0 ? events : rejections).map(({ received_at_ms }) => received_at_ms);
  const later = (
    stage: StageOnTheWay['stage'],
    done: 'identified' | 'changed' | 'ended',
    timesMs: readonly number[],
  ): StageOnTheWay => {
    if (timesMs.length > 0) return { stage, state: done, count: timesMs.length, at_ms: Math.min(...timesMs) };
    const open = {
      accepted: 'none_so_far',
      duplicate: 'not_seen',
      not_seen: 'not_seen',
      rejected: 'not_reached',
    } as const;
    return { stage, state: open[state], count: 0, at_ms: null };
  };
  return [
    { stage: 'ingestion', state, count: received.length, at_ms: received.length === 0 ? null : Math.min(...received) },
    // Identity notes no time of its own.
    { ...later('identity', 'identified', received.slice(0, events.length)), at_ms: null },
    later(
      'profile',
      'changed',
      trait_changes.map(({ decided_at_ms }) => decided_at_ms),
    ),
    later(
      'segmentation',
      'changed',
      membership_changes.map(({ decided_at_ms }) => decided_at_ms),
    ),
    later(
      'activation',
      'ended',
      deliveries.map(({ ended_at_ms }) => ended_at_ms),
    ),
  ];
}
