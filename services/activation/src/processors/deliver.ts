import type { DeliveryEnded, RecordTypes } from '@hilo/schemas';
import {
  type Applied,
  drop,
  forward,
  type KeyedInput,
  type KeyedLogic,
  type Published,
  type StateChange,
} from '@hilo/streaming';
import type { AttemptResult } from '../domain/attempt.ts';
import { deliveriesCodec } from '../domain/deliveries-codec.ts';
import { NO_DELIVERIES, type ProfileDeliveries } from '../domain/delivery.ts';
import {
  append,
  enqueue,
  forgetAttempts,
  prune,
  settle,
  startDue,
  wakeAt,
  wakeUnderWay,
  withdraw,
} from '../domain/delivery-queue.ts';
import type { Destinations } from '../domain/destination.ts';
import { supersede, takeRetry } from '../domain/retries.ts';
import { mirrorDeliveries } from './mirror-deliveries.ts';

/** Topics that the stage reads. */
export type ActivationTopics = Pick<RecordTypes, 'segments.membership' | 'activation.retries'>;

const NONE: ReadonlySet<string> = new Set();

/** The stage's dependencies. */
export interface DeliverParts {
  /**
   * The destinations that this instance knows when it decides; they are not part of the stream. A batch that is folded
   * again may decide by newer ones: only what is committed counts, and from then on the delivery itself is state.
   */
  readonly destinations: () => Destinations;
  /** Called for each ended delivery, once that is durable: for metrics. */
  readonly ended: (record: DeliveryEnded) => void;
  /** Called with the number of deliveries that a batch created, once they are durable: for metrics. */
  readonly queued?: (count: number) => void;
}

/** Turns membership changes and retries into deliveries, asks for attempts, and publishes how each delivery ended. */
export function deliver(parts: DeliverParts): KeyedLogic<ProfileDeliveries, ActivationTopics> {
  return {
    kind: 'keyed',
    codec: deliveriesCodec,
    keyOf: (input) => input.value.profile_id,
    initial: () => NO_DELIVERIES,
    begin: (state, { now_ms }) => prune(state, now_ms),
    apply: (state, input, { now_ms }) => {
      const destinations = parts.destinations();
      const applied = applyInput(state, input, destinations, now_ms);
      return { ...applied, state: withdraw(applied.state, destinations, now_ms) };
    },
    publish: (key, state, _cause, { now_ms }) => publish(key, state, now_ms),
    project: mirrorDeliveries,
    committed: (changes) => count(changes, parts),
  };
}

function applyInput(
  state: ProfileDeliveries,
  input: KeyedInput<ActivationTopics>,
  destinations: Destinations,
  now_ms: number,
): Applied<ProfileDeliveries> {
  switch (input.kind) {
    case 'record': {
      if (input.topic === 'activation.retries') return retry(state, input.value.delivery_id, now_ms);
      const current = supersede(state, input.value, now_ms);
      const next = enqueue(current, input.value, destinations, now_ms);
      return next === current ? { state: current, outcomes: [drop('not_subscribed')] } : { state: next };
    }
    case 'effect': {
      // The effector is ours and returns what its type says.
      const next = settle(state, input.id, input.result as AttemptResult, now_ms);
      return next === state ? { state, outcomes: [drop('stale_result')] } : { state: next };
    }
    case 'wake':
      return { state: forgetAttempts(state, input.under_way ?? NONE) };
    case 'sweep':
    case 'handover':
      return { state };
  }
}

function retry(state: ProfileDeliveries, delivery_id: string, now_ms: number): Applied<ProfileDeliveries> {
  const taken = takeRetry(state, delivery_id, now_ms);
  if (taken.kind === 'refuse') return { state: taken.state, outcomes: [drop(taken.reason)] };
  return { state: append(taken.state, taken.delivery, taken.record, now_ms) };
}

function publish(key: string, state: ProfileDeliveries, now_ms: number): Published<ProfileDeliveries> {
  const { state: started, attempts } = startDue(state, now_ms);
  const news = started.ended.filter(({ published }) => !published);
  return {
    state:
      news.length === 0
        ? started
        : { ...started, ended: started.ended.map(({ record }) => ({ record, published: true })) },
    outcomes: news.map(({ record }) => forward('activation.deliveries', key, record)),
    wake_at_ms: wakeAt(started, now_ms),
    wake_under_way_ms: wakeUnderWay(started),
    effects: attempts.map(({ id, request }) => ({ id, payload: request })),
  };
}

/** Deliveries that a batch created and ended: those in the states after it that the states before it do not have. */
function count(changes: readonly StateChange<ProfileDeliveries>[], { ended, queued }: DeliverParts): void {
  let made = 0;
  for (const { before, after } of changes) {
    if (after === null) continue;
    const over = new Set(before?.ended.map(({ record }) => record.delivery_id));
    const waiting = new Set(before?.queue.map(({ delivery_id }) => delivery_id));
    const isNew = (id: string) => !waiting.has(id) && !over.has(id);
    for (const { record } of after.ended) {
      if (isNew(record.delivery_id)) made += 1;
      if (!over.has(record.delivery_id)) ended(record);
    }
    for (const { delivery_id } of after.queue) if (isNew(delivery_id)) made += 1;
  }
  if (made > 0) queued?.(made);
}
