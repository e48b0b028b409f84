import type { Handover } from '@hilo/schemas';
import type { HandoverInput, KeyedAt, RecordOf, TopicTypes } from '../language/input.ts';
import type { KeyedLogic, MergeLogic } from '../language/logic.ts';
import { drop, forward, type Outcome } from '../language/outcome.ts';
import type { AnyRecord, BatchInput } from '../read/batch-input.ts';
import {
  awaitMore,
  cameFrom,
  formerNow,
  type KeyRow,
  lateHandover,
  deadLettersIn,
  newRow,
  stateHandover,
  waitingFor,
} from './key-row.ts';
import type { Moment } from './moment.ts';

/** A key was absorbed: its row becomes a redirect. The key publishes its farewell, then hands its state over to the survivor. */
export function handedOver<S, M extends TopicTypes, Shared>(
  logic: KeyedLogic<S, M, Shared>,
  row: KeyRow<S>,
  input: AnyRecord,
  notice: { readonly merge_id: string; readonly survivor: string },
  at: KeyedAt,
  moment: Moment,
): { readonly gone: KeyRow<S>; readonly outcomes: readonly Outcome[] } {
  const { merge, codec } = logic;
  if (merge === undefined) throw new Error('only a stage with a merge gets notices');
  const redirect = { to: notice.survivor, merge_id: notice.merge_id };
  const farewell = merge.farewell(row.key, row.state, input as unknown as RecordOf<M>, at);
  const readToMs = readToOf(moment, row.partition);
  const handover = stateHandover(row, redirect, codec, { nowMs: at.nowMs, readToMs });
  const gone = { ...newRow(row.partition, row.key, logic.initial(row.key)), stored: true, redirect, held: row.held };
  return { gone, outcomes: [...farewell, forward(merge.topic, notice.survivor, handover)] };
}

/** The state of an absorbed key has arrived: the survivor's row with it, and the input that the logic gets for it. */
export function takenOver<S, M extends TopicTypes, Shared>(
  { merge, codec }: Pick<KeyedLogic<S, M, Shared>, 'merge' | 'codec'>,
  row: KeyRow<S>,
  handover: Handover,
  at: KeyedAt,
): { readonly joined: KeyRow<S>; readonly cause: HandoverInput } {
  if (merge === undefined) throw new Error('only a stage with a merge gets handovers');
  const { merge_id, from_key } = handover;
  const awaiting = awaitMore(row.awaiting, [{ merge_id, count: -1 }, ...handover.awaiting]);
  const state = handover.state === null ? row.state : merge.combine(row.state, codec.decode(handover.state));
  const came_from = cameFrom(row, handover, at.momentMs);
  const cause: HandoverInput = { kind: 'handover', partition: row.partition, key: row.key, from_key, merge_id };
  return { joined: waitingFor({ ...row, state, came_from }, awaiting, at.momentMs), cause };
}

/** The row of a key, which waits for the handovers that a record names. */
export function awaitingNamed<S, M extends TopicTypes, Shared>(
  merge: MergeLogic<S, M, Shared> | undefined,
  row: KeyRow<S>,
  input: RecordOf<M>,
  at: KeyedAt,
): KeyRow<S> {
  const named = merge?.awaits(input) ?? [];
  if (named.length === 0) return row;
  const more = named.map((merge_id) => ({ merge_id, count: 1 }));
  return waitingFor(row, awaitMore(row.awaiting, more), at.momentMs);
}

/** The key was absorbed: forwards the input to the survivor. */
export function redirected<S, M extends TopicTypes, Shared>(
  merge: MergeLogic<S, M, Shared> | undefined,
  row: KeyRow<S>,
  input: BatchInput,
  moment: Moment,
  shared: Shared,
): readonly Outcome[] {
  const to = row.redirect;
  if (merge === undefined || to === null) throw new Error('only a stage with a merge has redirects');
  const readToMs = readToOf(moment, row.partition);
  if (input.kind === 'state' || input.kind === 'forwarded') {
    // The next survivor takes over what the first one had. Until that is folded, it is on its way.
    const held_from = Math.min(input.handover.held_from, readToMs);
    const { came_from } = input.handover;
    const more = input.kind === 'state' ? [formerNow(row.partition, moment.nowMs)] : [];
    return [
      forward(merge.topic, to.to, {
        ...input.handover,
        to_key: to.to,
        held_from,
        came_from: [...came_from, ...more],
      }),
    ];
  }
  if (input.kind !== 'record') return [drop('redirected')];
  if (merge.notice(input as unknown as RecordOf<M>) !== null) return [drop('already_merged')];
  const mark = merge.mark?.(input as unknown as RecordOf<M>, shared) ?? 0;
  return [forward(merge.topic, to.to, lateHandover(row.key, to, input, { readToMs, mark }))];
}

/**
 * A dead letter that an absorbed key had left was replayed. The survivor waits for each of them as it does for handovers, and now
 * waits for one less.
 */
export function oneDeadLetterIn<S, M extends TopicTypes, Shared>(
  merge: MergeLogic<S, M, Shared> | undefined,
  row: KeyRow<S>,
  moment: Moment,
): Outcome {
  const to = row.redirect;
  if (merge === undefined || to === null) throw new Error('only a stage with a merge has redirects');
  const held_from = readToOf(moment, row.partition);
  return forward(merge.topic, to.to, deadLettersIn(row.key, to, { nowMs: moment.nowMs, held_from }));
}

/** The time up to which everything is folded, in whole milliseconds; 0 if it is not known. */
function readToOf(moment: Moment, partition: number): number {
  return Math.max(0, Math.floor(moment.provenTo(partition)));
}
