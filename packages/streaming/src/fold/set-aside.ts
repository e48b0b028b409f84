import { deadLetter, drop } from '../language/outcome.ts';
import type { StageStore, StateRow } from '../ports/store.ts';
import { type BatchInput, isOfRecord } from '../read/batch-input.ts';
import { BUG } from '../read/dead-letter.ts';
import { nameOfBug } from './bug.ts';
import { heldBy, retryOf } from './held-key.ts';
import { encodeProtocol, protocolOf } from './key-row.ts';
import type { Moment } from './moment.ts';
import { type Folded, onlySaid } from './runner.ts';

/**
 * The result of a batch of one input that triggered a bug: its record is a dead letter, and its key is held. The key's
 * state stays as it is stored: decoding it may be the bug. `key` undefined: the input has none that can be held, and
 * becomes a dead letter alone.
 */
export async function setAside(
  input: BatchInput,
  key: string | undefined,
  bug: unknown,
  moment: Moment,
  store: StageStore,
  committed: (partition: number, key: string, unsettled: ReturnType<typeof protocolOf>) => void,
): Promise<Folded> {
  const { partition } = input;
  const alone = onlySaid(input, [isOfRecord(input) ? deadLetter(BUG, nameOfBug(bug)) : drop(BUG)]);
  if (key === undefined) return alone;
  const found = (await store.states([{ partition, key }]))[0];
  const protocol = protocolOf(found?.protocol ?? null);
  if (protocol.redirect !== null) return alone;
  const held = heldBy(protocol.held, input, moment.nowMs);
  const due_ms = retryOf(held, moment.nowMs);
  // Its dead letters may name merges that it does not know yet: its time continues from here once they are in.
  const stands_at_ms = protocol.stands_at_ms ?? Math.floor(moment.momentOf(partition, protocol.came_from));
  const unsettled = { ...protocol, held, stands_at_ms };
  const row: StateRow = { partition, key, body: found?.body ?? null, due_ms, protocol: encodeProtocol(unsettled) };
  return {
    ...alone,
    writes: [store.writeStates([row])],
    due_ms: due_ms === null ? new Map() : new Map([[partition, due_ms]]),
    committed: () => committed(partition, key, unsettled),
  };
}
