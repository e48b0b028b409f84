import type { RecordOf, TopicTypes } from '../language/input.ts';
import { formerNow, type KeyRow, lateHandover, lettersIn } from './key-row.ts';
import type { MergeLogic } from '../language/logic.ts';
import { drop, forward, type Outcome } from '../language/outcome.ts';
import type { Moment } from './moment.ts';
import type { BatchInput } from '../read/batch-input.ts';

/** The key is gone: hand the record on to where it went. */
export function redirected<S, M extends TopicTypes>(
  merge: MergeLogic<S, M> | undefined,
  row: KeyRow<S>,
  input: BatchInput,
  moment: Moment,
): readonly Outcome[] {
  const to = row.redirect;
  if (merge === undefined || to === null) throw new Error('only a stage with a merge has redirects');
  const read_to_ms = readToOf(moment, row.partition);
  if (input.kind === 'state' || input.kind === 'forwarded') {
    // The next one takes over what the first held: until it is folded, it is on its way.
    const held_from = Math.min(input.handover.held_from, read_to_ms);
    const { came_from } = input.handover;
    const more = input.kind === 'state' ? [formerNow(row.partition, moment.now_ms)] : [];
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
  return [forward(merge.topic, to.to, lateHandover(row.key, to, input, read_to_ms))];
}

/**
 * One more letter is in of those that an absorbed key had left when it went: its survivor, which waits for them as for hand-overs,
 * waits for one less.
 */
export function oneLetterIn<S, M extends TopicTypes>(
  merge: MergeLogic<S, M> | undefined,
  row: KeyRow<S>,
  moment: Moment,
): Outcome {
  const to = row.redirect;
  if (merge === undefined || to === null) throw new Error('only a stage with a merge has redirects');
  const held_from = readToOf(moment, row.partition);
  return forward(merge.topic, to.to, lettersIn(row.key, to, { now_ms: moment.now_ms, held_from }));
}

/** The time up to which everything is folded, as whole milliseconds; 0 where it is not known. */
export function readToOf(moment: Moment, partition: number): number {
  return Math.max(0, Math.floor(moment.provenTo(partition)));
}
