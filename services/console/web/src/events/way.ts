import type { Mood } from '../elements/state-mark.tsx';
import type { MessageWay, WayStage } from './event-api.ts';

/** The text of a step of the journey. */
export type StepState =
  | 'notSeen'
  | 'accepted'
  | 'rejected'
  | 'duplicate'
  | 'identified'
  | 'traitsChanged'
  | 'noTraitsYet'
  | 'noTraits'
  | 'segmentsChanged'
  | 'noSegmentsYet'
  | 'noSegments'
  | 'delivered'
  | 'deliveriesFailed'
  | 'deliveriesWaiting'
  | 'noDeliveriesYet'
  | 'noDeliveries'
  | 'notReached';

/** A stage on the journey of an event, as shown. */
export interface Step {
  readonly stage: WayStage;
  readonly state: StepState;
  readonly mood: Mood;
  readonly count: number;
  readonly at: string | null;
}

/** The journey of an event, as shown. */
export interface Way {
  readonly steps: readonly Step[];
  /** True if nothing more will come of the event. */
  readonly isFinal: boolean;
}

/** What else says how far an event has come, besides history. */
export interface Progress {
  /** Deliveries of the event's changes that have not ended. */
  readonly waiting_deliveries: number;
  /** Records that wait for each stage; null: not known. */
  readonly lags: ReadonlyMap<string, number | null> | null;
  readonly nowMs: number;
}

/** By then, history has the answer of a stage without lag. */
const SETTLED_AFTER_MS = 15_000;
/** If the lag is not known, an event counts as done this long after its receipt. */
const GIVEN_UP_AFTER_MS = 120_000;
/** Stages that may still answer to an accepted event. */
const LATER_STAGES = ['profile', 'segmentation', 'activation', 'history'];

/**
 * The journey of an event. It is final if the event was rejected, or if every later stage has nothing left to answer.
 */
export function wayOf(message: MessageWay, progress: Progress): Way {
  const ended = isFinal(message, progress);
  const steps = message.stages.map((stage): Step => {
    const { count, at } = stage;
    const step = stepOf(message, stage.stage, { isFinal: ended, waiting: progress.waiting_deliveries });
    return { stage: stage.stage, ...step, count, at };
  });
  return { steps, isFinal: ended };
}

function isFinal({ state, event, rejections }: MessageWay, { waiting_deliveries, lags, nowMs }: Progress): boolean {
  if (state === 'not_seen') return false;
  if (state === 'rejected') return true;
  const received = event?.received_at ?? rejections[0]?.received_at ?? null;
  const ageMs = received === null ? 0 : nowMs - Date.parse(received);
  if (waiting_deliveries > 0 || ageMs < SETTLED_AFTER_MS) return false;
  const known = LATER_STAGES.map((stage) => lags?.get(stage) ?? null);
  if (known.some((lag) => lag !== null && lag > 0)) return false;
  return ageMs > GIVEN_UP_AFTER_MS || known.every((lag) => lag === 0);
}

function stepOf(
  { state, deliveries, stages }: MessageWay,
  stage: WayStage,
  { isFinal: ended, waiting }: { readonly isFinal: boolean; readonly waiting: number },
): Pick<Step, 'state' | 'mood'> {
  const found = stages.find((one) => one.stage === stage)?.state;
  if (stage === 'ingestion') return INGESTION[state];
  if (found === 'not_reached') return { state: 'notReached', mood: 'idle' };
  if (found === 'not_seen' || found === undefined) return { state: 'notSeen', mood: 'waiting' };
  if (stage === 'identity') return { state: 'identified', mood: 'good' };
  if (stage === 'activation') {
    if (waiting > 0) return { state: 'deliveriesWaiting', mood: 'waiting' };
    if (deliveries.some(({ status }) => status === 'failed')) return { state: 'deliveriesFailed', mood: 'bad' };
  }
  const { done, notYet, none } = LATER[stage];
  if (found !== 'none_so_far') return { state: done, mood: 'good' };
  return ended ? { state: none, mood: 'idle' } : { state: notYet, mood: 'waiting' };
}

const INGESTION: Readonly<Record<MessageWay['state'], Pick<Step, 'state' | 'mood'>>> = {
  not_seen: { state: 'notSeen', mood: 'waiting' },
  accepted: { state: 'accepted', mood: 'good' },
  rejected: { state: 'rejected', mood: 'bad' },
  duplicate: { state: 'duplicate', mood: 'idle' },
};

const LATER = {
  profile: { done: 'traitsChanged', notYet: 'noTraitsYet', none: 'noTraits' },
  segmentation: { done: 'segmentsChanged', notYet: 'noSegmentsYet', none: 'noSegments' },
  activation: { done: 'delivered', notYet: 'noDeliveriesYet', none: 'noDeliveries' },
} as const;
