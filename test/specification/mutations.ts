import { readFileSync } from 'node:fs';
import { SPECIFICATION } from './simulate.ts';

/** A fault planted into the specification: the original line, and its replacement. */
export interface Mutation {
  readonly fault: string;
  readonly changes: readonly (readonly [text: string, becomes: string])[];
}

const OUTPUTS_COMMITTED = 'val stored = { ...changed, outbox: rest,';
const VIEW_AFTER = '{ ...mine, view: stored, lease';
const IS_OWNER = 'mine.epoch == now_stored.epoch and mine.view.revision == now_stored.revision';
const TAKEN_OVER = 'view: stored.get(shard), acknowledged: 0 }';

/** Each must be found: a simulator that misses one would miss such a fault of the protocol itself. */
export const MUTATIONS: readonly Mutation[] = [
  {
    fault: 'an early commit: positions are committed before the outputs are',
    changes: [
      [
        OUTPUTS_COMMITTED,
        OUTPUTS_COMMITTED.replace('rest', 'mine.view.outbox.slice(mine.acknowledged, mine.view.outbox.length())'),
      ],
      [VIEW_AFTER, '{ ...mine, view: { ...stored, outbox: rest }, lease'],
    ],
  },
  {
    fault: 'a reused sequence: the counters are not committed with the outputs',
    changes: [
      [OUTPUTS_COMMITTED, 'val stored = { ...changed, sent: now_stored.sent, outbox: rest,'],
      [VIEW_AFTER, '{ ...mine, view: { ...stored, sent: changed.sent }, lease'],
    ],
  },
  {
    fault: 'a lease ignored: an owner before sends for as long as it likes',
    changes: [['val maySend = mine.lease > now', 'val maySend = true']],
  },
  {
    fault: "a zombie's commit accepted: nobody looks at the epoch",
    changes: [[IS_OWNER, 'mine.view.revision == now_stored.revision']],
  },
  {
    fault: 'a commit whose answer was lost is made again: nobody looks at the revision',
    changes: [[IS_OWNER, 'mine.epoch == now_stored.epoch']],
  },
  {
    fault: 'outbox rows skipped after a crash',
    changes: [[TAKEN_OVER, TAKEN_OVER.replace('0 }', 'stored.get(shard).outbox.length() }')]],
  },
  { fault: 'a gap skipped', changes: [['not(isGap),', 'true,']] },
  {
    fault: 'a hand-over counted twice',
    changes: [['val isRepeat = record.seq <= last', 'val isRepeat = record.seq <= last and log != handoverLog(shard)']],
  },
  { fault: 'a redirect lost', changes: [['{ ...NO_ROW, redirect: input.survivor }', 'NO_ROW']] },
  {
    fault: 'a timer over unread input: a time is believed before what was sent by then is taken',
    changes: [['told.w > times.get(told.shard) and hasTaken(told)', 'told.w > times.get(told.shard)']],
  },
  {
    fault: 'a timer over an unread notice: others went by a merge that this partition has not heard of',
    changes: [
      ['UPSTREAM.forall(other => notices.get(other) >= told.notices.get(mergesLog(shard)).get(other)),', 'true,'],
    ],
  },
  {
    fault: 'a watermark ahead of a hand-over: late records of absorbed keys are not waited for',
    changes: [['due(row) <= taken or elder.decided <= taken', 'true']],
  },
];

/**
 * The specification with the fault in it. Throws unless its text occurs exactly once: then the table has to follow it.
 */
export function mutated({ fault, changes }: Mutation): string {
  let text = readFileSync(SPECIFICATION, 'utf8');
  for (const [found, becomes] of changes) {
    if (text.split(found).length !== 2) throw new Error(`${fault}: "${found}" is not in the specification once`);
    text = text.replace(found, () => becomes);
  }
  return text;
}
