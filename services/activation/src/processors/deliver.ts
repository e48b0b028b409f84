import {
  type Applied,
  drop,
  forward,
  type KeyedInputOf,
  type KeyedLogicOf,
  type OutputOf,
  type Published,
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
import type { TOPOLOGY } from '../topology.ts';

type Input = KeyedInputOf<typeof TOPOLOGY>;
type Output = OutputOf<typeof TOPOLOGY>;

const NONE: ReadonlySet<string> = new Set();

/**
 * Turns membership changes and retries into deliveries, asks for attempts, and publishes how each delivery ended.
 * `destinations` are those that this instance knows at the moment of a decision; they are no part of the stream. A batch that
 * is folded again may so decide by newer ones: only what is committed counts, and from then on the delivery itself is state.
 */
export function deliver(destinations: () => Destinations): KeyedLogicOf<typeof TOPOLOGY, ProfileDeliveries> {
  return {
    kind: 'keyed',
    codec: deliveriesCodec,
    keyOf: (input) => input.value.profile_id,
    initial: () => NO_DELIVERIES,
    begin: (state, { nowMs }) => prune(state, nowMs),
    apply: (state, input, { nowMs }) => {
      const known = destinations();
      const applied = applyInput(state, input, known, nowMs);
      return { ...applied, state: withdraw(applied.state, known, nowMs) };
    },
    publish: (key, state, _cause, { nowMs }) => publish(key, state, nowMs),
  };
}

function applyInput(
  state: ProfileDeliveries,
  input: Input,
  destinations: Destinations,
  nowMs: number,
): Applied<ProfileDeliveries> {
  switch (input.kind) {
    case 'record': {
      if (input.topic === 'activation.retries') return retry(state, input.value.delivery_id, nowMs);
      const current = supersede(state, input.value, nowMs);
      const next = enqueue(current, input.value, destinations, nowMs);
      return next === current ? { state: current, outcomes: [drop('not_subscribed')] } : { state: next };
    }
    case 'effect': {
      // The effector is ours and returns what its type says.
      const next = settle(state, input.id, input.result as AttemptResult, nowMs);
      return next === state ? { state, outcomes: [drop('stale_result')] } : { state: next };
    }
    case 'wake':
      return { state: forgetAttempts(state, input.underWay ?? NONE) };
    case 'sweep':
    case 'handover':
      return { state };
  }
}

function retry(state: ProfileDeliveries, delivery_id: string, nowMs: number): Applied<ProfileDeliveries> {
  const taken = takeRetry(state, delivery_id, nowMs);
  if (taken.kind === 'refuse') return { state: taken.state, outcomes: [drop(taken.reason)] };
  return { state: append(taken.state, taken.delivery, taken.record, nowMs) };
}

function publish(key: string, state: ProfileDeliveries, nowMs: number): Published<ProfileDeliveries, Output> {
  const { state: started, attempts } = startDue(state, nowMs);
  const news = started.ended.filter(({ published }) => !published);
  return {
    state:
      news.length === 0
        ? started
        : { ...started, ended: started.ended.map(({ record }) => ({ record, published: true })) },
    outcomes: news.map(({ record }) => forward('activation.deliveries', key, record)),
    wakeAtMs: wakeAt(started, nowMs),
    wakeUnderWayMs: wakeUnderWay(started),
    effects: attempts.map(({ id, request }) => ({ id, payload: request })),
  };
}
