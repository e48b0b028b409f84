import type {
  DeliveryEnded,
  EventAccepted,
  EventIdentified,
  MembershipChanged,
  ProfileChanged,
  ProfilesMerged,
} from '@hilo/schemas';
import { checkAbove, checkEqual } from './check.ts';
import { CODEC, type People, type Sent } from './hilo-people.ts';
import type { Webhook } from './hilo-stages.ts';
import { once } from './wire.ts';
import { START_MS, type World } from './world.ts';

/** Groups of events of one person, as far as their identifiers join them: found by looking again and again. */
function groupsOf(sent: readonly Sent[]): Sent[][] {
  const namesOf = ({ event }: Sent) => {
    const { email } = JSON.parse(event.traits ?? '{}') as { email?: string };
    return [event.user_id, event.anonymous_id, email].filter((name) => name !== null && name !== undefined);
  };
  let groups: { names: Set<string>; sent: Sent[] }[] = [];
  for (const one of sent) {
    const names = namesOf(one);
    const joined = groups.filter((group) => names.some((name) => group.names.has(name)));
    const whole = {
      names: new Set([...names, ...joined.flatMap((group) => [...group.names])]),
      sent: [...joined.flatMap((group) => group.sent), one],
    };
    groups = [...groups.filter((group) => !joined.includes(group)), whole];
  }
  return groups.map((group) => group.sent);
}

/** The last value of each trait by event time. */
function traitsOf(group: readonly Sent[]): Record<string, unknown> {
  const byTime = group.toSorted((a, b) => a.event.timestamp - b.event.timestamp);
  return Object.assign({}, ...byTime.map(({ event }) => JSON.parse(event.traits ?? '{}') as object)) as Record<
    string,
    unknown
  >;
}

/** Segments once all windows are over. */
function segmentsOf(group: readonly Sent[]): string[] {
  const orders = group.filter(({ event }) => event.event === 'Order').length;
  return [...(traitsOf(group)['plan'] === 'pro' ? ['pro'] : []), `orders-${orders}`].sort();
}

/** Each event is identified once, those of one person as one profile. Hands back the events by profile. */
export function checkIdentity(world: World, people: People): Map<string, Sent[]> {
  const identified = once<EventIdentified>(world, 'events.identified', CODEC);
  checkEqual(
    identified.map((event) => event.message_id).sort(),
    people.sent.map(({ event }) => event.message_id).sort(),
    'events that were identified',
  );
  const survivors = new Map(
    once<ProfilesMerged>(world, 'identity.merges', CODEC).map(({ absorbed, survivor }) => [absorbed, survivor]),
  );
  const survivorOf = (id: string): string => {
    const next = survivors.get(id);
    return next === undefined ? id : survivorOf(next);
  };
  const profileOf = new Map(identified.map((event) => [event.message_id, survivorOf(event.profile_id)]));
  const groups = new Map<string, Sent[]>();
  for (const group of groupsOf(people.sent)) {
    const profiles = new Set(group.map(({ event }) => profileOf.get(event.message_id)));
    checkEqual(profiles.size, 1, 'profiles of one person');
    const [profile] = profiles;
    if (profile === undefined || groups.has(profile)) throw new Error('two people share a profile');
    groups.set(profile, group);
  }
  return groups;
}

/** The last change of each profile has the last value of each trait, and versions only grow. */
export function checkProfiles(world: World, groups: ReadonlyMap<string, Sent[]>): void {
  const changes = Map.groupBy(once<ProfileChanged>(world, 'profiles.changed', CODEC), ({ profile_id }) => profile_id);
  for (const [profile, group] of groups) {
    const last = changes.get(profile)?.at(-1);
    checkEqual(JSON.parse(last?.traits ?? '{}'), traitsOf(group), `traits of ${profile}`);
  }
  for (const [profile, all] of changes) {
    const versions = all.map(({ version }) => version);
    const ascending = [...new Set(versions)].sort((a, b) => a - b);
    checkEqual(versions, ascending, `versions of ${profile}`);
  }
}

/** Each profile ends in its segments, and enters and leaves them in turn. Hands back all changes. */
export function checkMemberships(world: World, groups: ReadonlyMap<string, Sent[]>): MembershipChanged[] {
  const all = once<MembershipChanged>(world, 'segments.membership', CODEC);
  const members = new Map<string, Set<string>>();
  const versions = new Map<string, number>();
  for (const { profile_id, segment, status, version } of all) {
    const of = members.get(profile_id) ?? new Set();
    members.set(profile_id, of);
    checkAbove(version, versions.get(profile_id) ?? 0, `version of ${profile_id}`);
    versions.set(profile_id, version);
    checkEqual(of.has(segment), status === 'exited', `${profile_id} ${status} ${segment}`);
    if (status === 'entered') of.add(segment);
    else of.delete(segment);
  }
  for (const [profile, of] of members) {
    const group = groups.get(profile);
    checkEqual([...of].sort(), group === undefined ? [] : segmentsOf(group), `segments of ${profile}`);
  }
  return all;
}

/** Answers of the segments with windows at a moment, by the events of a person that were received before it. */
const WINDOWED: Readonly<Record<string, (events: readonly EventAccepted[], at_ms: number) => boolean>> = {
  busy: (events, at_ms) => within(events, 'Order', at_ms, 20_000) >= 2,
  lately: (events, at_ms) =>
    within(events, 'Visit', at_ms, 10_000) > 0 ||
    (within(events, 'Order', at_ms, 30_000) > 0 && within(events, 'Visit', at_ms, Infinity) === 0),
};

function within(events: readonly EventAccepted[], name: string, at_ms: number, lengthMs: number): number {
  return events.filter(({ event, timestamp }) => event === name && timestamp > at_ms - lengthMs).length;
}

/** How many people left a segment by time. */
interface Exits {
  readonly proven: number;
  readonly unproven: number;
}

/**
 * Nobody leaves by time whom an event that was received before keeps in, wherever that event waited then. An exit that is said to
 * be unproven promises nothing. Hands back how many exits by time were proven, and how many were not.
 */
export function checkTimes(world: World, people: People, memberships: readonly MembershipChanged[]): Exits {
  const receivedMs = new Map(
    world.log.all('events.accepted').map(({ value, timestamp_ms }) => {
      const decoded = CODEC.decode('events.accepted', value ?? Buffer.alloc(0));
      return [decoded.ok ? (decoded.value as EventAccepted).message_id : '', timestamp_ms] as const;
    }),
  );
  const stamped = new Map(
    once<EventIdentified>(world, 'events.identified', CODEC).map((one) => [one.message_id, one.profile_id]),
  );
  const merges = once<ProfilesMerged>(world, 'identity.merges', CODEC);
  const all = memberships.filter(({ reason, status }) => reason === 'time' && status === 'exited');
  const byTime = all.filter(({ unproven }) => !unproven);
  const receivedBefore = (timeMs: number) => (message_id: string) => (receivedMs.get(message_id) ?? Infinity) < timeMs;
  /** Of those received before a time, the events of a profile and of whom it had absorbed by another time. */
  const eventsOf = (profile_id: string, beforeMs: number, mergedByMs: number) => {
    const known = merges.filter((one) => receivedBefore(mergedByMs)(one.message_id));
    const survivors = new Map(known.map((one) => [one.absorbed, one.survivor]));
    const homeOf = (id: string): string => {
      const next = survivors.get(id);
      return next === undefined ? id : homeOf(next);
    };
    return people.sent
      .map(({ event }) => event)
      .filter(({ message_id }) => receivedBefore(beforeMs)(message_id))
      .filter(({ message_id }) => homeOf(stamped.get(message_id) ?? '') === profile_id);
  };
  for (const { segment, profile_id, event_time, told_at } of byTime) {
    const at_ms = event_time ?? 0;
    const holdsBy = (mergedByMs: number) => WINDOWED[segment]?.(eventsOf(profile_id, at_ms, mergedByMs), at_ms) ?? true;
    // Whom it has absorbed since may be known, too, and take a condition with "not" away; it may know of some and not yet of others.
    const untilMs = told_at ?? 0;
    const learnt = merges.map((one) => (receivedMs.get(one.message_id) ?? Infinity) + 1).filter((ms) => ms < untilMs);
    const holds = [at_ms, ...learnt.filter((ms) => ms > at_ms), untilMs].every(holdsBy);
    checkEqual(holds, false, `${profile_id} leaves ${segment} at ${at_ms - START_MS} with an event that keeps it in`);
  }
  return { proven: byTime.length, unproven: all.length - byTime.length };
}

/** Each change was delivered but what a later one overtook, and what a definition caused: the destination does not ask for that. */
export function checkDeliveries(world: World, memberships: readonly MembershipChanged[], webhook: Webhook): void {
  const ended = once<DeliveryEnded>(world, 'activation.deliveries', CODEC);
  const name = (one: { profile_id: string; segment: string }, version: number) =>
    `${one.profile_id}/${one.segment}/${version}`;
  checkEqual(
    ended.map((one) => name(one, one.membership_version)).sort(),
    memberships
      .filter(({ backfilled }) => !backfilled)
      .map((one) => name(one, one.version))
      .sort(),
    'changes that were delivered',
  );
  const newest = new Map(ended.map((one) => [`${one.profile_id}/${one.segment}`, one.delivery_id]));
  for (const one of ended) {
    // Of many changes that waited for a destination, those that are overtaken are not sent. The last one always is.
    if (one.reason === 'superseded' && newest.get(`${one.profile_id}/${one.segment}`) !== one.delivery_id) continue;
    checkEqual(one.status, 'delivered', `status of ${one.delivery_id}`);
    checkEqual(webhook.taken.has(one.delivery_id), true, `${one.delivery_id} was taken`);
  }
}
