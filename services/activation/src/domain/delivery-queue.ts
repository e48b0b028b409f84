import type { MembershipChanged } from '@hilo/schemas';
import type { Answer, AttemptRequest, AttemptResult } from './attempt.ts';
import {
  type Delivery,
  type DeliveryEnd,
  type EndedDelivery,
  type EndReason,
  endedRecord,
  newDelivery,
  type ProfileDeliveries,
  withRecords,
} from './delivery.ts';
import { type Destinations, withdrawReason } from './destination.ts';
import { isKept, keepFailed, keptUntil } from './retries.ts';
import { deferralDelay, MAX_AGE_MS, MAX_ATTEMPTS, retryDelay } from './retry-policy.ts';

/** Deliveries about one profile that may wait for one destination, whatever else waits. */
export const MAX_QUEUE = 100;

/**
 * Beyond `MAX_QUEUE` there is room as long as fewer deliveries about the profile wait for all destinations together …
 */
export const MAX_PROFILE_QUEUE = 2_000;

/** … and as long as the traits in their changes have fewer characters. */
export const MAX_PROFILE_CHARACTERS = 4_000_000;

/** If more than this wait behind the current delivery, the queue keeps only the newest change of each segment. */
export const KEPT_IN_FULL = 16;

const SUPERSEDED: DeliveryEnd = { status: 'filtered', reason: 'superseded' };

/** How long ended deliveries stay in the state: the API's table gets them at the end of the batch they ended in. */
const KEEP_ENDED_MS = 10_000;

/**
 * Queues a membership change for every subscribed destination that does not have it. The same state if there is none.
 */
export function enqueue(
  state: ProfileDeliveries,
  record: MembershipChanged,
  destinations: Destinations,
  nowMs: number,
): ProfileDeliveries {
  const wanted = [...destinations.values()].filter((destination) => withdrawReason(destination, record) === null);
  if (wanted.length === 0) return state;
  const known = new Set([
    ...state.queue.map(({ delivery_id }) => delivery_id),
    ...state.ended.map(({ record: { delivery_id } }) => delivery_id),
  ]);
  const deliveries = wanted
    .map(({ key }) => newDelivery(key, record, nowMs))
    .filter(({ delivery_id }) => !known.has(delivery_id));
  if (deliveries.length === 0) return state;
  return deliveries.reduce((next, delivery) => append(next, delivery, record, nowMs), state);
}

/**
 * Puts a delivery at the end of its destination's queue. A destination that keeps up gets every change. For one that
 * does not, the queue keeps only the newest change of each segment. If there is still no room, the delivery fails at
 * once.
 */
export function append(
  state: ProfileDeliveries,
  delivery: Delivery,
  record: MembershipChanged,
  nowMs: number,
): ProfileDeliveries {
  const { destination } = delivery;
  const records = { ...state.records, [record.version]: record };
  const added = { ...state, records, queue: [...state.queue, delivery] };
  const next = isBehind(laneOf(added, destination)) ? endOvertaken(added, destination, nowMs) : added;
  const tookAPlace = next.queue.length <= state.queue.length;
  if (tookAPlace || hasRoom(next, delivery, record)) return next;
  return replace(next, delivery, failed('queue_full'), nowMs);
}

/**
 * Applies the result of an attempt. The same state if no delivery waits for it: a late answer from before a restart.
 */
export function settle(state: ProfileDeliveries, id: string, result: AttemptResult, nowMs: number): ProfileDeliveries {
  const delivery = state.queue.find((candidate) => candidate.asked_ms !== null && attemptId(candidate) === id);
  if (delivery === undefined) return state;
  const { destination } = delivery;
  const after = settled({ ...delivery, asked_ms: null }, result, nowMs);
  const next = replace(state, after.delivery, after.end, nowMs);
  return isBehind(laneOf(next, destination)) ? endOvertaken(next, destination, nowMs) : next;
}

/** Attempts that are not in flight were lost with their process: the stage will ask for them again. */
export function forgetAttempts(state: ProfileDeliveries, underWay: ReadonlySet<string>): ProfileDeliveries {
  const isLost = (delivery: Delivery) => delivery.asked_ms !== null && !underWay.has(attemptId(delivery));
  if (!state.queue.some(isLost)) return state;
  return {
    ...state,
    queue: state.queue.map((delivery) => (isLost(delivery) ? { ...delivery, asked_ms: null } : delivery)),
  };
}

/** Ends what waits for a destination that no longer wants it. */
export function withdraw(state: ProfileDeliveries, destinations: Destinations, nowMs: number): ProfileDeliveries {
  let next = state;
  for (const delivery of state.queue) {
    const record = state.records[delivery.version];
    if (delivery.asked_ms !== null || record === undefined) continue;
    const reason = withdrawReason(destinations.get(delivery.destination), record);
    if (reason !== null) next = replace(next, delivery, { status: 'filtered', reason }, nowMs);
  }
  return next;
}

/** Drops ended deliveries that everybody has seen, and failed ones whose time is over. */
export function prune(state: ProfileDeliveries, nowMs: number): ProfileDeliveries {
  const since_ms = nowMs - KEEP_ENDED_MS;
  const ended = state.ended.filter(({ record, published }) => !published || record.ended_at > since_ms);
  const lapsed = state.lapsed.filter(({ lapsed_ms }) => lapsed_ms > since_ms);
  const retryable = state.retryable.filter((delivery) => isKept(delivery, nowMs));
  if (retryable.length < state.retryable.length)
    return withRecords({ ...state, ended, lapsed, retryable }, state.records);
  const isSame = ended.length === state.ended.length && lapsed.length === state.lapsed.length;
  return isSame ? state : { ...state, ended, lapsed };
}

/** An attempt that the state asks for. */
export interface Attempt {
  readonly id: string;
  readonly request: AttemptRequest;
}

/** Starts the first delivery of each destination that is due. */
export function startDue(
  state: ProfileDeliveries,
  nowMs: number,
): { readonly state: ProfileDeliveries; readonly attempts: readonly Attempt[] } {
  const attempts: Attempt[] = [];
  const started = new Set<Delivery>();
  for (const delivery of heads(state.queue)) {
    const record = state.records[delivery.version];
    if (delivery.asked_ms !== null || delivery.due_ms > nowMs || record === undefined) continue;
    const { delivery_id, idempotency_key, destination } = delivery;
    attempts.push({ id: attemptId(delivery), request: { delivery_id, idempotency_key, destination, record } });
    started.add(delivery);
  }
  if (started.size === 0) return { state, attempts };
  const queue = state.queue.map((delivery) => (started.has(delivery) ? { ...delivery, asked_ms: nowMs } : delivery));
  return { state: { ...state, queue }, attempts };
}

/**
 * When to look at the profile again. While an attempt is in flight: at once, so that the next owner asks for it again
 * after a crash; the profile does not wake up while the attempt lives.
 */
export function wakeAt(state: ProfileDeliveries, nowMs: number): number | null {
  if (state.queue.some(({ asked_ms }) => asked_ms !== null)) return nowMs + 1;
  const timesMs = [...heads(state.queue).map(({ due_ms }) => due_ms), ...state.retryable.map(keptUntil)];
  return timesMs.length === 0 ? null : Math.min(...timesMs);
}

/**
 * While an attempt is in flight: when to look at the profile anyway, because of a destination that does not wait for
 * it. Null: not before an attempt returns; undefined: none is in flight.
 */
export function wakeUnderWay(state: ProfileDeliveries): number | null | undefined {
  const first = heads(state.queue);
  if (first.every(({ asked_ms }) => asked_ms === null)) return undefined;
  const timesMs = first.filter(({ asked_ms }) => asked_ms === null).map(({ due_ms }) => due_ms);
  return timesMs.length === 0 ? null : Math.min(...timesMs);
}

function attemptId({ delivery_id, attempts, deferrals }: Delivery): string {
  return `${delivery_id}/${attempts}/${deferrals}`;
}

function heads(queue: readonly Delivery[]): readonly Delivery[] {
  const first = new Map<string, Delivery>();
  for (const delivery of queue) if (!first.has(delivery.destination)) first.set(delivery.destination, delivery);
  return [...first.values()];
}

function laneOf({ queue }: ProfileDeliveries, destination: string): readonly Delivery[] {
  return queue.filter((delivery) => delivery.destination === destination);
}

/** Whether a destination does not keep up with a profile: too much waits behind the current delivery. */
function isBehind(lane: readonly Delivery[]): boolean {
  return lane.length > KEPT_IN_FULL + 1;
}

/**
 * Ends what waits for a destination and is superseded. An attempt in flight cannot be recalled. What replaces a
 * delivery that was waiting for its next attempt waits as long: the destination gets the pause that it needs.
 */
function endOvertaken(state: ProfileDeliveries, destination: string, nowMs: number): ProfileDeliveries {
  const lane = laneOf(state, destination);
  const newest = new Map<string | undefined, number>();
  for (const { version } of lane)
    newest.set(state.records[version]?.segment, Math.max(version, newest.get(state.records[version]?.segment) ?? 0));
  const isOld = ({ asked_ms, overtaken, version }: Delivery) =>
    asked_ms === null && (overtaken || version < (newest.get(state.records[version]?.segment) ?? 0));
  const ended = lane.filter(isOld).reduce((next, delivery) => replace(next, delivery, SUPERSEDED, nowMs), state);
  const [head] = lane;
  const [successor] = laneOf(ended, destination);
  if (head === undefined || successor === undefined || !isOld(head)) return ended;
  return replace(ended, { ...successor, due_ms: Math.max(successor.due_ms, head.due_ms) }, null, nowMs);
}

/** Whether the queue may hold a delivery that is in it. What overtakes an attempt in flight always has room. */
function hasRoom(state: ProfileDeliveries, { destination }: Delivery, { segment }: MembershipChanged): boolean {
  const lane = laneOf(state, destination);
  if (lane.filter(({ asked_ms }) => asked_ms === null).length <= MAX_QUEUE) return true;
  const overtakes = ({ asked_ms, version }: Delivery) =>
    asked_ms !== null && state.records[version]?.segment === segment;
  if (lane.some(overtakes)) return true;
  const characters = Object.values(state.records).reduce((sum, { traits }) => sum + traits.length, 0);
  return state.queue.length <= MAX_PROFILE_QUEUE && characters <= MAX_PROFILE_CHARACTERS;
}

/** A delivery after an attempt, and its end if that was the last one. */
interface Settled {
  readonly delivery: Delivery;
  readonly end: DeliveryEnd | null;
}

function settled(delivery: Delivery, result: AttemptResult, nowMs: number): Settled {
  switch (result.kind) {
    case 'withdrawn':
      return { delivery, end: { status: 'filtered', reason: result.reason } };
    case 'deferred': {
      const deferrals = delivery.deferrals + 1;
      const due_ms = nowMs + deferralDelay(delivery.delivery_id, deferrals, result.retryAfterMs);
      return orExpired({ ...delivery, deferrals, due_ms, reason: result.reason }, nowMs);
    }
    case 'delivered':
      return { delivery: attempted(delivery, result.answer), end: { status: 'delivered', reason: '' } };
    case 'permanent_failure':
      return { delivery: attempted(delivery, result.answer), end: failed(result.reason) };
    case 'transient_failure': {
      const { reason, answer, retryAfterMs } = result;
      return retry({ ...attempted(delivery, answer), reason }, retryAfterMs, nowMs);
    }
  }
}

/** Without an answer, the last one before stays. */
function attempted(delivery: Delivery, answer: Answer | null): Delivery {
  const { response_status, response_body } = delivery;
  const { status, body } = answer ?? { status: response_status, body: response_body };
  return { ...delivery, attempts: delivery.attempts + 1, response_status: status, response_body: body };
}

function retry(delivery: Delivery, retryAfterMs: number | null, nowMs: number): Settled {
  if (delivery.attempts >= MAX_ATTEMPTS) return { delivery, end: failed('attempts_exhausted') };
  const due_ms = nowMs + retryDelay(delivery.delivery_id, delivery.attempts, retryAfterMs);
  return orExpired({ ...delivery, due_ms }, nowMs);
}

function orExpired(delivery: Delivery, nowMs: number): Settled {
  const expired = nowMs - delivery.created_at_ms >= MAX_AGE_MS;
  return { delivery, end: expired ? failed('expired') : null };
}

function failed(reason: EndReason): DeliveryEnd {
  return { status: 'failed', reason };
}

/** Puts a delivery back at its place in the queue, or among the ended ones. */
function replace(
  state: ProfileDeliveries,
  delivery: Delivery,
  end: DeliveryEnd | null,
  nowMs: number,
): ProfileDeliveries {
  const is = ({ delivery_id }: Delivery) => delivery_id === delivery.delivery_id;
  if (end === null) return { ...state, queue: state.queue.map((other) => (is(other) ? delivery : other)) };
  const record = state.records[delivery.version];
  if (record === undefined) throw new Error('a queued delivery has no record');
  return endIn({ ...state, queue: state.queue.filter((other) => !is(other)) }, delivery, record, end, nowMs);
}

/** Ends a delivery that is in no queue, or no longer. A failed one may be sent again. */
function endIn(
  state: ProfileDeliveries,
  delivery: Delivery,
  record: MembershipChanged,
  end: DeliveryEnd,
  nowMs: number,
): ProfileDeliveries {
  const ended: EndedDelivery = { record: endedRecord(delivery, record, end, nowMs), published: false };
  const over = { ...state, ended: [...state.ended, ended] };
  const kept = end.status === 'failed' ? keepFailed(over, delivery, record.segment, nowMs) : over;
  return withRecords(kept, state.records);
}
