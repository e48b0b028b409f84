import type { Handover } from '@hilo/schemas';
import type { EffectInput, RecordInput, SweepInput, WakeInput } from '../language/input.ts';

/** A decoded record of any topic, with its bytes. */
export interface AnyRecord extends RecordInput<string, unknown> {
  readonly bytes: Buffer;
  /** It is a late replay: its times say nothing about how fast the stage is. */
  readonly isReplay: boolean;
  /** It is a replay of a dead letter that a bug or a held key caused. */
  readonly wasHeld: boolean;
}

/** A record of a handover topic, decoded. */
interface OpenedHandover {
  readonly partition: number;
  readonly offset: number;
  readonly wasHeld: boolean;
  readonly handover: Handover;
  readonly topic: string;
}

/** Any input of a batch, once decoded. */
export type BatchInput =
  | AnyRecord
  | WakeInput
  | SweepInput
  | EffectInput
  | (OpenedHandover & { readonly kind: 'state' })
  | (OpenedHandover & { readonly kind: 'forwarded'; readonly record: AnyRecord });

/** True for a topic's record, as opposed to a wake-up, a sweep or the result of an effect. */
export function isOfRecord(
  input: BatchInput,
): input is Extract<BatchInput, { readonly kind: 'record' | 'state' | 'forwarded' }> {
  return input.kind === 'record' || input.kind === 'state' || input.kind === 'forwarded';
}
