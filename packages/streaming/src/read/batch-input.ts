import type { Handover } from '@hilo/schemas';
import type { EffectInput, RecordInput, SweepInput, WakeInput } from '../language/input.ts';

/** A decoded record of any topic, with the bytes it came as. */
export interface AnyRecord extends RecordInput<string, unknown> {
  readonly bytes: Buffer;
  /** It was set aside before and comes late: its times say nothing about how fast the stage is. */
  readonly is_replay: boolean;
  /** It is replayed, and was set aside because of a bug or because its key was held. */
  readonly was_held: boolean;
}

/** A record of a hand-over topic, opened. */
interface OpenedHandover {
  readonly partition: number;
  readonly offset: number;
  readonly was_held: boolean;
  readonly handover: Handover;
  readonly topic: string;
}

/** Anything a batch can hold, once decoded. */
export type BatchInput =
  | AnyRecord
  | WakeInput
  | SweepInput
  | EffectInput
  | (OpenedHandover & { readonly kind: 'state' })
  | (OpenedHandover & { readonly kind: 'forwarded'; readonly record: AnyRecord });

/** True for what a record of a topic brought, as opposed to a wake-up, a sweep or the result of an effect. */
export function isOfRecord(
  input: BatchInput,
): input is Extract<BatchInput, { readonly kind: 'record' | 'state' | 'forwarded' }> {
  return input.kind === 'record' || input.kind === 'state' || input.kind === 'forwarded';
}
